import { join } from 'node:path';
import { existsSync, readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@spawnit/contract';
import { startMinio, tempDir, type Teardown } from '@spawnit/testkit';
import { People } from '../chaos/people/people.js';
import { Requests } from '../chaos/people/requests.js';
import { Findings } from '../chaos/recorder/findings.js';
import { Recorder } from '../chaos/recorder/recorder.js';
import { ChaosStar } from '../chaos/star/chaos-star.js';
import { Random } from '../simulation/time/random.js';
import { inspected, liveHeapMb } from './live-heap.js';
import { orphansOf, sampleOf, type Sample } from './samples.js';
import type { Point } from './trend.js';

export interface SoakOptions {
  hours: number;
  services: number;
  agents: number;
  seed: number;
  engine: string;
  write: (line: string) => void;
}

export interface Soaked {
  /** By process, then by what was measured. */
  series: Map<string, Map<string, Point[]>>;
  steps: number;
  jobs: number;
  findings: Findings;
}

const sampleEveryMs = 5_000;
const heapEveryMs = 30_000;
/** Until everything has been used once, growth is no leak. */
const warmUpPart = 0.2;
const settleMs = 150_000;

/** A star under steady load with no faults: what each process holds is sampled, and the promises are kept in view. */
export async function soak(t: Teardown, { hours, services, agents, seed, engine, write }: SoakOptions): Promise<Soaked> {
  const findings = new Findings((line) => (/people:/.test(line) ? undefined : write(line)));
  const dataDir = tempDir(t);
  const minio = await startMinio({ t });
  const recorder = new Recorder(t, { findings, minio, bucket: 'soak', engine });
  const star = await ChaosStar.start({ t, dataDir, minio, bucket: 'soak', engine, servers: 2, agents, findings, env: inspected, onCall: (call) => recorder.applier.called(call) });
  const namespace = `soak-${process.pid}`;
  const random = new Random(seed);
  const requests = new Requests(() => random.pick(star.servers), star.adminToken, findings);
  t.teardown(() => requests.close());
  const clients = star.servers.map((server) => new Client({ server, token: star.adminToken }));
  t.teardown(() => Promise.all(clients.map((client) => client.close())));
  await clients[0]!.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const people = new People({ requests, random: new Random(seed + 1), findings, namespace, services });
  recorder.begin({ clients, requests, people, namespace });
  const series: Soaked['series'] = new Map();
  const totalMs = hours * 3_600_000;
  const [began, working] = [performance.now(), new AbortController()];
  const work = people.makeAll().then(() => people.work(working.signal));
  for (let [told, looked] = [0, 0]; performance.now() - began < totalMs; await delay(sampleEveryMs)) {
    const passed = performance.now() - began;
    if (passed > warmUpPart * totalMs) sampleAll(series, star, dataDir, passed / 3_600_000);
    if (passed > warmUpPart * totalMs && passed - looked > heapEveryMs) {
      looked = passed;
      await sampleHeaps(series, star, passed / 3_600_000);
    }
    if (passed - told < 60_000) continue;
    told = passed;
    write(`${(passed / 60_000).toFixed(0)} min: ${people.steps} steps, ${recorder.log.seq} commits`);
  }
  working.abort();
  await work;
  await recorder.settled(performance.now(), settleMs);
  for (const [what, count] of Object.entries({ 'run folders': runFolders(dataDir, star), 'orphans of tofu': orphansOf(dataDir, star.of('agent')) })) if (count > 0) findings.break('soak', `${count} ${what} are left when all is done`);
  return { series, steps: people.steps, jobs: recorder.jobLogs.count, findings };
}

function sampleAll(series: Soaked['series'], star: ChaosStar, dataDir: string, at: number): void {
  for (const { name, process: { pid } } of star.members.values()) {
    const sample = pid === undefined ? undefined : sampleOf(pid);
    if (sample) add(series, name, at, sample);
  }
  add(series, 'all agents', at, { orphans: orphansOf(dataDir, star.of('agent')) });
}

async function sampleHeaps(series: Soaked['series'], star: ChaosStar, at: number): Promise<void> {
  for (const { name, process: { logFile } } of star.members.values()) {
    const heapMb = await liveHeapMb(logFile);
    if (heapMb !== undefined) add(series, name, at, { heapMb });
  }
}

function add(series: Soaked['series'], name: string, at: number, sample: Sample | { orphans: number } | { heapMb: number }): void {
  const own = series.get(name) ?? series.set(name, new Map()).get(name)!;
  for (const [what, value] of Object.entries(sample) as [string, number][]) own.set(what, [...(own.get(what) ?? []), { at, value }]);
}

/** An agent keeps so many ready for its next runs. */
const ready = 2;

function runFolders(dataDir: string, star: ChaosStar): number {
  const folders = star.of('agent').map(({ name }) => join(dataDir, 'apiserver-1', 'agents', name, 'runs'));
  return folders.reduce((sum, folder) => sum + (existsSync(folder) ? Math.max(0, readdirSync(folder).length - ready) : 0), 0);
}
