import { join } from 'node:path';
import { Ending } from '@spawnit/testkit';
import { percentile } from '../figures.js';
import { residentMb } from '../processes.js';
import { copyToFiles } from './copy-to-files.js';
import { fanOut } from './fan-out.js';
import { inParallel, nameOf, startPlane, untilGeneration, type Plane } from './plane.js';

const lists = 200;
const path = '/apis/spawnit.dev/v1/namespaces/default/services';

export interface Size {
  services: number;
  residentMb: number;
  fillMs: number;
  listP99: number;
  fanOutP99: number;
  changed: number;
  massChangeMs: number;
  startMinioMs: number;
  startFilesMs: number;
}

/** All that is measured at one number of services. */
export async function measureSize(services: number): Promise<Size> {
  const ending = new Ending();
  try {
    const plane = await startPlane(ending, services);
    console.error(`  ${services} services: filled in ${(plane.fillMs / 1000).toFixed(0)} s`);
    const listP99 = percentile(await listPages(plane), 0.99);
    const fanOutP99 = percentile(await fanOut(plane), 0.99);
    const changed = services / 10;
    const massChangeMs = await massChange(plane, changed);
    const resident = residentMb(plane.api.program().pid);
    console.error(`  ${services} services: ${resident.toFixed(0)} MB, lists ${listP99.toFixed(0)} ms, fan-out ${fanOutP99.toFixed(0)} ms, mass change ${(massChangeMs / 1000).toFixed(0)} s`);
    const startMinioMs = await startUp(plane);
    return { services, fillMs: plane.fillMs, residentMb: resident, listP99, fanOutP99, changed, massChangeMs, startMinioMs, startFilesMs: await startFromFiles(plane) };
  } finally {
    await ending.end();
  }
}

/** ms of each page of at most 500, walked to the end again and again. */
async function listPages({ client }: Plane): Promise<number[]> {
  const samples: number[] = [];
  for (let after: string | undefined; samples.length < lists; ) {
    const began = performance.now();
    const { metadata } = await client.transport.json<{ metadata: { continue?: string } }>({ path, query: { limit: 500, continue: after } });
    samples.push(performance.now() - began);
    after = metadata.continue;
  }
  return samples;
}

/** ms from the first of so many changes at once until all are applied. */
async function massChange({ client }: Plane, count: number): Promise<number> {
  const began = performance.now();
  const applied = untilGeneration(client, count, 2);
  await inParallel(count, (i) => client.services.patch(nameOf(i), 'default', { spec: { parameters: { index_html: '<h1>changed</h1>' } } }));
  await applied;
  return performance.now() - began;
}

/** ms from starting the process, after kill -9, until it listens. */
async function startUp({ api }: Plane): Promise<number> {
  const began = performance.now();
  await api.restart();
  return performance.now() - began;
}

/** The same with all objects in files: whoever copies them need not fill a second one. */
async function startFromFiles({ api, store }: Plane): Promise<number> {
  api.program().kill('SIGKILL');
  await api.program().exited;
  await copyToFiles(store, join(api.dataDir, 'store'));
  const began = performance.now();
  await api.restart('SIGKILL', { SPAWNIT_STORE: 'files' });
  return performance.now() - began;
}
