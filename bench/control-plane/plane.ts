import type { Client } from '@spawnit/contract';
import { startApiserver, startControllerProgram, startMinio, startStandInAgent, type Apiserver } from '@spawnit/testkit';
import { helloService } from '../star.js';
import { Ending } from './teardown.js';

const writers = 32;
const agents = 8;
const firstPort = 20_000;

export interface Plane {
  api: Apiserver;
  client: Client;
  ending: Ending;
  /** From the first POST until all are Ready. */
  fillMs: number;
}

/** An apiserver, the reconciler, the scheduler and agents that do nothing (stand-ins), with so many services that all are Ready. */
export async function startPlane(services: number, storeName: 'MinIO' | 'files'): Promise<Plane> {
  const ending = new Ending();
  const api = await startApiserver(ending, { store: 'files', env: { SPAWNIT_RATE_LIMIT: '1000000', ...(storeName === 'MinIO' && (await minioStore(ending))) } });
  startControllerProgram(ending, api, 'reconciler');
  startControllerProgram(ending, api, 'scheduler');
  for (let i = 1; i <= agents; i++) await startStandInAgent(ending, api, { name: `stand-in-${i}`, slots: 64 });
  const client = api.client('admin');
  const began = performance.now();
  const ready = untilGeneration(client, services, 1);
  await inParallel(services, (i) => client.services.create(named(i)));
  await ready;
  return { api, client, ending, fillMs: performance.now() - began };
}

async function minioStore(ending: Ending): Promise<Record<string, string>> {
  const minio = await startMinio({ t: ending });
  return { SPAWNIT_STORE: 's3', SPAWNIT_S3_ENDPOINT: minio.endpoint, SPAWNIT_S3_BUCKET: 'spawnit', SPAWNIT_S3_REGION: minio.region, AWS_ACCESS_KEY_ID: minio.accessKey, AWS_SECRET_ACCESS_KEY: minio.secretKey };
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

/** Settles when so many services are Ready with this generation or a later one applied. */
export async function untilGeneration(client: Client, count: number, generation: number): Promise<void> {
  const done = new Set<string>();
  for await (const event of client.services.follow({ namespace: 'default' })) {
    for (const { metadata, status } of event.type === 'SYNCED' ? event.items : [event.object])
      if (status?.phase === 'Ready' && (status.applied?.generation ?? 0) >= generation) done.add(metadata.name);
    if (done.size >= count) return;
  }
}
