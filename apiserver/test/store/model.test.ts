import fc from 'fast-check';
import t from 'tap';
import type { Op } from '../../src/store/log/commit.js';
import type { Change } from '../../src/store/log/view.js';
import { Registry } from '../../src/store/log/registry.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import type { Fault } from '../../src/store/memory.js';
import { all } from './registries.js';

t.setTimeout(600_000);

const keys = ['a', 'a/b', 'b', 'c'];
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant('put' as const), key: fc.constantFrom(...keys), value: fc.record({ n: fc.nat(9) }) }),
  fc.record({ op: fc.constant('delete' as const), key: fc.constantFrom(...keys) }),
);
/** Writes only when the guarded record's presence is as wanted; else it refuses. */
const write = fc.record({ server: fc.nat(2), guard: fc.constantFrom(...keys), present: fc.boolean(), ops: fc.array(op, { maxLength: 4 }), settle: fc.boolean() });
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;
const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<Fault>({ outcome: 'fail' }, { outcome: 'landed' }, { outcome: 'lost' }) },
  { weight: 1, arbitrary: fc.constant<Fault>({ outcome: 'late', lands: Promise.resolve() }) },
);

interface Outcome {
  write: Write;
  /** Undefined when it was refused. */
  rvs: number[] | undefined;
}

/** What the log must give: the acknowledged writes in the order of their commits, each by its guard. */
function replayModel(outcomes: Outcome[]): { records: [string, unknown][]; changes: unknown[]; broken: string[] } {
  const records = new Map<string, unknown>();
  const changes: unknown[] = [];
  const broken: string[] = [];
  const committed = outcomes.filter(({ rvs }) => rvs && rvs.length > 0).sort((a, b) => a.rvs![0]! - b.rvs![0]!);
  for (const { write, rvs } of committed) {
    if (records.has(write.guard) !== write.present) broken.push(`rv ${rvs![0]} was committed against its guard`);
    for (const [i, op] of write.ops.entries()) {
      if (op.op === 'delete' && !records.delete(op.key)) continue;
      if (op.op === 'put') records.set(op.key, op.value);
      changes.push([rvs![i], op.key, op.op === 'put' ? op.value : undefined]);
    }
  }
  return { records: [...records].sort(([a], [b]) => (a < b ? -1 : 1)), changes, broken };
}

async function run(writes: Write[], faults: (Fault | undefined)[]): Promise<{ outcomes: Outcome[]; registries: Registry[]; seen: Change[][]; bucket: MemoryBucket }> {
  const bucket = new MemoryBucket();
  const script = [...faults];
  // Back-off needs no real time here.
  const timers = { after: (ms: number, call: () => void) => (ms > 5000 ? () => undefined : (setImmediate(call), () => undefined)), idle: () => () => undefined, turn: () => new Promise<void>((r) => setImmediate(r)) };
  const open = (i: number, faulty: boolean) =>
    Registry.open(new MemoryStore(bucket, () => (faulty && started ? script.shift() : undefined)), { writer: `s${i}`, snapshotEvery: 3, timers });
  let started = false;
  const registries = await Promise.all([0, 1, 2].map((i) => open(i, true)));
  started = true;
  const seen = registries.map((registry) => {
    const changes: Change[] = [];
    registry.watch({ after: 4095 }, (change) => changes.push(change));
    return changes;
  });
  const outcomes: Promise<Outcome>[] = [];
  for (const write of writes) {
    const answer = registries[write.server]!.write('x', (view) => {
      if ((view.get(write.guard) !== undefined) !== write.present) throw new Error('refused');
      return { ops: write.ops, result: null };
    });
    outcomes.push(answer.then(({ rvs }) => ({ write, rvs }), (error: Error) => {
      if (error.message !== 'refused') throw error;
      return { write, rvs: undefined };
    }));
    if (write.settle) await outcomes.at(-1);
  }
  const settled = await Promise.all(outcomes);
  await Promise.all(registries.map((registry) => registry.sync()));
  return { outcomes: settled, registries, seen, bucket };
}

t.test('three servers under faults do what one map does in the order of the log', async (t) => {
  const runs = fc.asyncProperty(fc.array(write, { maxLength: 30 }), fc.array(fault, { maxLength: 60 }), async (writes, faults) => {
    const { outcomes, registries, seen, bucket } = await run(writes, faults);
    const model = replayModel(outcomes);
    const restarted = await Registry.open(new MemoryStore(bucket), { writer: 'later' });
    const states = [...registries, restarted].map(({ view }) => JSON.stringify(all(view).map(({ key, value }) => [key, value])));
    const watches = seen.map((changes) => JSON.stringify(changes.map(({ rv, key, type, value }) => [rv, key, type === 'DELETED' ? undefined : value])));
    await Promise.all([...registries, restarted].map((registry) => registry.close()));
    const expected = JSON.stringify(model.records);
    return model.broken.length === 0 && states.every((state) => state === expected) && watches.every((watch) => watch === JSON.stringify(model.changes));
  });
  await fc.assert(runs, { numRuns: 10_000 });
  t.pass('10,000 runs');
});
