import { readFileSync } from 'node:fs';
import { percentile } from '../figures.js';
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
  const onMinio = await startPlane(services, 'MinIO');
  try {
    const listP99 = percentile(await listPages(onMinio), 0.99);
    const fanOutP99 = percentile(await fanOut(onMinio), 0.99);
    const changed = services / 10;
    const massChangeMs = await massChange(onMinio, changed);
    const residentMb = residentMbOf(onMinio.api.program().pid);
    const startMinioMs = await startUp(onMinio);
    return { services, fillMs: onMinio.fillMs, residentMb, listP99, fanOutP99, changed, massChangeMs, startMinioMs, startFilesMs: await startFromFiles(services) };
  } finally {
    await onMinio.ending.end();
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

async function startFromFiles(services: number): Promise<number> {
  const onFiles = await startPlane(services, 'files');
  try {
    return await startUp(onFiles);
  } finally {
    await onFiles.ending.end();
  }
}

function residentMbOf(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kb) / 1024;
}
