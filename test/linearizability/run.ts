import { serviceKind, type Namespace, type Service } from '@spawnit/contract';
import { waitFor, type Teardown } from '@spawnit/testkit';
import { Random } from '../simulation/time/random.js';
import { check } from './check.js';
import { Caller, Recorder, sideOf, type Clock } from './clients.js';
import { startCluster, type Server } from './cluster.js';
import type { History } from './history.js';
import { Trouble } from './trouble.js';
import { Watcher } from './watcher.js';

export interface RunOptions {
  histories: number;
  /** In each history. */
  operations: number;
  seed: number;
  servers?: number;
  /** Histories at a time. */
  together?: number;
}

export interface Outcome {
  operations: number;
  /** Of them, writes of which nobody told whether they were done. */
  ambiguous: number;
  /** Reads that a server called possibly out of date, since the store did not answer. */
  stale: number;
  changes: number;
  /** Streams that broke and were resumed. */
  breaks: number;
  faults: Map<string, number>;
  violations: string[];
}

const recordsEach = 8;
const clientsEach = 12;

/** Records histories against real servers while their store fails them, and checks each. */
export async function run(t: Teardown, { histories, operations, seed, servers: size = 3, together = 25 }: RunOptions): Promise<Outcome> {
  const cluster = await startCluster(t, size);
  const clock = { ticks: 0 };
  const random = new Random(seed);
  const outcome: Outcome = { operations: 0, ambiguous: 0, stale: 0, changes: 0, breaks: 0, faults: new Map(), violations: [] };
  for (let first = 0; first < histories; first += together) {
    const names = Array.from({ length: Math.min(together, histories - first) }, (_, i) => `history-${first + i + 1}`);
    const recordings = await Promise.all(names.map((name) => begin(name, cluster.servers, clock, new Random(random.whole(1, 2 ** 31)))));
    const trouble = new Trouble(cluster, random, clock);
    const making = trouble.run(3);
    making.catch(() => undefined);
    await Promise.all(recordings.map((recording) => recording.fill(operations)));
    trouble.end();
    await making;
    for (const [fault, count] of trouble.counts) outcome.faults.set(fault, (outcome.faults.get(fault) ?? 0) + count);
    for (const recording of recordings) add(outcome, await recording.end());
  }
  return outcome;
}

function add(outcome: Outcome, { name, history, operations, breaks }: Recorded): void {
  outcome.operations += operations;
  outcome.ambiguous += history.calls.filter(({ answer }) => !answer).length;
  outcome.stale += [...history.calls, ...history.lists].filter(({ from }) => from < 0).length;
  outcome.changes += history.watches[0]!.stretches.reduce((sum, { changes }) => sum + changes.length, 0);
  outcome.breaks += breaks;
  outcome.violations.push(...check(history).map((violation) => `${name}: ${violation}`));
}

interface Recorded {
  name: string;
  history: History;
  operations: number;
  breaks: number;
}

interface Recording {
  fill(operations: number): Promise<void>;
  end(): Promise<Recorded>;
}

/** A namespace of its own with watches at each server, of everything and of one side. */
async function begin(name: string, servers: Server[], clock: Clock, random: Random): Promise<Recording> {
  const [{ people }] = servers as [Server];
  await people.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as Namespace);
  const { metadata } = await people.services.list({ namespace: name });
  const odd = { labelSelector: 'side=odd', selects: ({ t }: { t: string }) => sideOf(t) === 'odd' };
  const watchers = servers.flatMap((server) => [undefined, odd].map((selection) => new Watcher(server, name, Number(metadata.resourceVersion), selection)));
  const ending = new AbortController();
  const watching = Promise.all(watchers.map((watcher) => watcher.run(ending.signal)));
  watching.catch(() => undefined);
  const recorder = new Recorder(name, clock);
  const records = Array.from({ length: recordsEach }, (_, i) => `r${i + 1}`);
  const scene = { servers, records, recorder, random, marks: { next: 1 }, keys: [] };
  let done = 0;
  const fill = async (operations: number) => {
    const client = async () => {
      const caller = new Caller(scene);
      while (done < operations) {
        done++;
        const more = (await caller.act()) - 1;
        done += more;
      }
    };
    await Promise.all(Array.from({ length: clientsEach }, client));
  };
  const end = async () => {
    const rv = await lastChange(people, name);
    await Promise.race([waitFor(() => watchers.every(({ position }) => position >= rv), { what: `all watches of ${name} to have come to its end` }), watching]);
    ending.abort();
    await watching;
    const breaks = watchers.reduce((sum, watcher) => sum + watcher.breaks, 0);
    return { name, history: { calls: recorder.calls, lists: recorder.lists, watches: watchers }, operations: done, breaks };
  };
  return { fill, end };
}

/** One more change, which both kinds of watches see: its version. */
async function lastChange(people: Server['people'], namespace: string): Promise<number> {
  const last = { apiVersion: 'spawnit.dev/v1', kind: serviceKind.kind, metadata: { name: 'last', namespace, labels: { t: '999999999', side: 'odd' } }, spec: { template: 'thing' } } as unknown as Service;
  const made = await waitFor(() => people.services.create(last), { what: 'the last service to be made' });
  return Number(made.metadata.resourceVersion);
}
