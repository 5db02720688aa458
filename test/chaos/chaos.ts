import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@spawnit/contract';
import { startMinio, tempDir, type Teardown } from '@spawnit/testkit';
import { Random } from '../simulation/time/random.js';
import { Trouble } from './faults/trouble.js';
import { People } from './people/people.js';
import { Requests } from './people/requests.js';
import { Findings } from './recorder/findings.js';
import { Recorder } from './recorder/recorder.js';
import { ChaosStar } from './star/chaos-star.js';
import type { Outcome } from './report.js';

export interface ChaosOptions {
  seed: number;
  faults: number;
  services: number;
  /** No batch is begun after so long. */
  minutes: number;
  /** Faults that overlap. */
  batch: number;
  agents: number;
  engine: string;
  /** Beginnings of the sorts of faults to make; all when there are none. */
  only?: readonly string[];
  write: (line: string) => void;
}

/** All has to be as declared within so long after the last fault (promise I13). */
const calmMs = 150_000;
const msForFault = 700;
/** For making one at the start, on a machine that has other things to do. */
const msForService = 20_000;

/** Real processes, real store, real engine, real tofu: people at work, trouble in batches, and after each batch all has to become as declared. */
export async function runChaos(t: Teardown, options: ChaosOptions): Promise<Outcome> {
  const began = performance.now();
  const { seed, services, write } = options;
  const random = new Random(seed);
  const findings = new Findings(write);
  const dataDir = tempDir(t);
  const minio = await startMinio({ t });
  const recorder = new Recorder(t, { findings, minio, bucket: 'chaos', engine: options.engine });
  const star = await ChaosStar.start({ t, dataDir, minio, bucket: 'chaos', engine: options.engine, servers: 2, agents: options.agents, findings, onCall: (call) => recorder.applier.called(call) });
  const namespace = `chaos-${process.pid}`;
  const links = [await star.linkTo(0, 'people'), await star.linkTo(1, 'people')];
  const requests = new Requests(() => random.pick(links), star.adminToken, findings);
  t.teardown(() => requests.close());
  const clients = star.servers.map((server) => new Client({ server, token: star.adminToken }));
  await clients[0]!.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const people = new People({ requests, random: new Random(seed + 1), findings, namespace, services });
  recorder.begin({ clients, requests, people, namespace });
  const trouble = new Trouble({ star, minio, engine: recorder.engine, log: recorder.log, random, findings, only: options.only ?? [] });
  const recoveriesMs: number[] = [];
  await people.makeAll();
  await recorder.settled(performance.now(), services * msForService);
  findings.note(`${services} services are made`);
  while (trouble.faults < options.faults && performance.now() - began < options.minutes * 60_000 && findings.broken.length === 0) {
    const count = Math.min(options.batch, options.faults - trouble.faults);
    const working = new AbortController();
    const work = people.work(working.signal);
    await trouble.batch(count, count * msForFault);
    working.abort();
    const calm = performance.now();
    await work;
    recoveriesMs.push((await recorder.settled(calm, calmMs)) - calm);
    findings.note(`${trouble.faults} of ${options.faults} faults, ${people.steps} steps of people, all as declared ${(recoveriesMs.at(-1)! / 1_000).toFixed(1)} s after the last fault`);
  }
  if (findings.broken.length === 0) await leaveNothing(people, recorder, clients[0]!, namespace);
  if (findings.broken.length > 0) write(`kept for whoever looks into it: ${await recorder.keep(seed, join(dataDir, 'logs'))}`);
  await Promise.all(clients.map((client) => client.close()));
  const steps = people.steps + trouble.faults;
  return { seed, services, steps, faults: trouble.counts, engineCalls: recorder.applier.judged, commits: recorder.log.seq, jobs: recorder.jobLogs.count, recoveriesMs, seconds: (performance.now() - began) / 1_000, findings };
}

/** At the end everything is deleted, the namespace too, and nothing of this cluster stands on the engine any more (I8). */
async function leaveNothing(people: People, recorder: Recorder, client: Client, namespace: string): Promise<void> {
  await people.deleteAll();
  await recorder.settled(performance.now(), calmMs);
  await client.namespaces.delete(namespace);
  await delay(0);
  await recorder.empty(performance.now(), calmMs);
}
