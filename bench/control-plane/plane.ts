import type { Client } from '@spawnit/contract';
import { Ending, startApiserver, startControllerProgram, startMinio, startStandInAgent, type Apiserver } from '@spawnit/testkit';
import type { S3Target } from '../raw-s3.js';
import { helloService } from '../star.js';

const writers = 32;
const agents = 8;
const firstPort = 20_000;
/** Far longer than it takes where anything moves at all. */
const patienceMs = 8 * 60_000;

export interface Plane {
  api: Apiserver;
  client: Client;
  store: S3Target;
  /** From the first POST until all are Ready. */
  fillMs: number;
}

/** An apiserver, the reconciler, the scheduler and agents that do nothing (stand-ins), on a real MinIO, with so many services that all are Ready. */
export async function startPlane(ending: Ending, services: number): Promise<Plane> {
  const store = await minioStore(ending);
  const api = await startApiserver(ending, { store: 'files', env: { SPAWNIT_RATE_LIMIT: '1000000', ...environmentOf(store) } });
  startControllerProgram(ending, api, 'reconciler');
  startControllerProgram(ending, api, 'scheduler');
  for (let i = 1; i <= agents; i++) await startStandInAgent(ending, api, { name: `stand-in-${i}`, slots: 64 });
  const client = api.client('admin');
  const began = performance.now();
  const ready = untilGeneration(client, services, 1);
  await inParallel(services, (i) => client.services.create(named(i)));
  await ready;
  return { api, client, store, fillMs: performance.now() - began };
}

async function minioStore(ending: Ending): Promise<S3Target> {
  const { endpoint, region, accessKey, secretKey } = await startMinio({ t: ending });
  return { endpoint, bucket: 'spawnit', region, accessKey, secretKey };
}

function environmentOf({ endpoint, bucket, region, accessKey, secretKey }: S3Target): Record<string, string> {
  return { SPAWNIT_STORE: 's3', SPAWNIT_S3_ENDPOINT: endpoint, SPAWNIT_S3_BUCKET: bucket, SPAWNIT_S3_REGION: region, AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey };
}

export function nameOf(i: number): string {
  return `svc-${i}`;
}

function named(i: number): ReturnType<typeof helloService> {
  // An interval of a day: what is measured is the control plane, not checks.
  return helloService(nameOf(i), firstPort + i, { drift: { policy: 'Flag', ignoreFields: [], intervalSeconds: 86_400 } });
}

/** `count` calls, so many at once as there are writers. */
export async function inParallel(count: number, act: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: writers }, work));
}

/** Settles when so many services are Ready with this generation or a later one applied. Throws, with how many are, when they don't get there. */
export async function untilGeneration(client: Client, count: number, generation: number): Promise<void> {
  const done = new Set<string>();
  const signal = AbortSignal.timeout(patienceMs);
  for await (const event of client.services.follow({ namespace: 'default', signal })) {
    for (const { metadata, status } of event.type === 'SYNCED' ? event.items : [event.object])
      if (status?.phase === 'Ready' && (status.applied?.generation ?? 0) >= generation) done.add(metadata.name);
    if (done.size >= count) return;
  }
  throw new Error(`${done.size} of ${count} services were Ready with generation ${generation} after ${patienceMs / 60_000} min`);
}
