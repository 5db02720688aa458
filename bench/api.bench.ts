import { randomBytes } from 'node:crypto';
import type { Client } from '@spawnit/contract';
import { freePort, startMinio } from '@spawnit/testkit';
import { aim, markdownTable, ms, percentile, type Report } from './figures.js';
import { rawS3 } from './raw-s3.js';
import { benchStar, helloService } from './star.js';

const seconds = 5;
const writers = 32;

interface Load {
  name: string;
  perSecond: number;
  p50: number;
  p99: number;
}

/** API reads and writes on a MinIO beside bare PUTs to the same MinIO, alone and with 32 at once. */
export async function api(): Promise<Report> {
  const minio = await startMinio();
  const s3 = { ...minio, bucket: 'raw' };
  const raw = rawS3(s3);
  await raw.makeBucket();
  const store = { driver: 's3', endpoint: minio.endpoint, bucket: 'spawnit', region: minio.region, accessKeyId: minio.accessKey, secretAccessKey: minio.secretKey } as const;
  const { client, close } = await benchStar({ agents: 0, store, apiserverOnly: true });
  try {
    for (let i = 0; i < writers; i++) await client.services.create(helloService(`svc-${i}`, await freePort()));
    const body = randomBytes(2_048);
    let serial = 0;
    const put = () => raw.put(`object-${process.pid}-${serial++}`, body);
    const write = (worker: number) => client.services.patch(`svc-${worker}`, 'default', { metadata: { annotations: { bench: String(serial++) } } });
    const loads = [];
    for (const at of [1, writers]) {
      loads.push(await load(`raw PUT of 2 KB, ${at} at once`, at, put));
      loads.push(await load(`API write, ${at} at once`, at, write));
      loads.push(await load(`API read (as new as the request), ${at} at once`, at, (worker) => client.services.get(`svc-${worker}`, 'default')));
      loads.push(await load(`API read (from memory), ${at} at once`, at, (worker) => fromMemory(client, worker)));
    }
    return report(loads);
  } finally {
    await close();
    await minio.stop();
  }
}

function fromMemory(client: Client, worker: number): Promise<unknown> {
  return client.transport.json({ path: `/apis/spawnit.dev/v1/namespaces/default/services/svc-${worker}`, query: { resourceVersion: '0' } });
}

async function load(name: string, workers: number, act: (worker: number) => Promise<unknown>): Promise<Load> {
  for (let i = 0; i < 50; i++) await act(i % workers);
  const samples: number[] = [];
  const began = performance.now();
  const work = async (worker: number) => {
    while (performance.now() - began < seconds * 1000) {
      const start = performance.now();
      await act(worker);
      samples.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return { name, perSecond: samples.length / ((performance.now() - began) / 1000), p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}

function report(loads: Load[]): Report {
  const [rawOne, writeOne, , , rawMany, writeMany] = loads as [Load, Load, Load, Load, Load, Load];
  const added = writeOne.p50 - rawOne.p50;
  const ratio = writeMany.perSecond / rawMany.perSecond;
  return {
    title: 'Reads and writes',
    command: 'npm run bench -- api',
    method: `${seconds} s each against one apiserver on a real MinIO (one drive), client, server and store sharing the machine. A write is a PATCH over HTTP, acknowledged when its commit is in the bucket.`,
    table: markdownTable(['load', 'per second', 'p50 ms', 'p99 ms'], loads.map((l) => [l.name, l.perSecond.toFixed(0), ms(l.p50), ms(l.p99)])),
    aims: [aim("one write adds ≤ 3 ms to the store's own p50", added, added <= 3, ' ms'), aim('at 32 writers the log commits more writes per second than raw PUTs', ratio, ratio > 1)],
  };
}
