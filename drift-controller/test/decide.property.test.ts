import fc from 'fast-check';
import t from 'tap';
import type { Service } from '@spawnit/contract';
import { decide, uidOf, type Bounds } from '../src/decide.js';
import { dueAfter, intervalMs } from '../src/interval.js';
import { aNode, aService } from './builders.js';

interface Run {
  uid: string;
  node: string;
  dueMs: number;
  startMs: number;
  endMs: number;
}

/** Runs the decisions against time: checks last as long as `durations` says, in turn. Gives all that was begun until `untilMs`. */
function simulate(services: Service[], bounds: Bounds, durations: number[], untilMs: number): { runs: Run[]; waiting: Map<string, number> } {
  const nodes = [...new Set(services.map((each) => each.status!.node!))].map((name) => aNode(name));
  const runs: Run[] = [];
  const inFlight = new Map<string, string>();
  let due: Map<string, number> = new Map();
  for (let nowMs = 0; nowMs <= untilMs; ) {
    for (const run of runs) if (run.endMs === nowMs) inFlight.delete(run.uid);
    const decision = decide({ services, nodes, inFlight, due, nowMs, bounds });
    due = decision.due;
    for (const service of decision.start) {
      const uid = uidOf(service);
      runs.push({ uid, node: service.status!.node!, dueMs: due.get(uid)!, startMs: nowMs, endMs: nowMs + durations[runs.length % durations.length]! });
      due.set(uid, dueAfter(service, nowMs, 0));
      inFlight.set(uid, service.status!.node!);
    }
    const ends = runs.filter((run) => run.endMs > nowMs).map((run) => run.endMs);
    nowMs = Math.min(decision.nextMs ?? Infinity, ...ends);
  }
  return { runs, waiting: due };
}

const fleets = fc
  .array(fc.record({ node: fc.constantFrom('n1', 'n2', 'n3'), intervalSeconds: fc.constantFrom(1, 2, 10) }), { minLength: 1, maxLength: 8 })
  .map((all) => all.map(({ node, intervalSeconds }, i) => aService(`s${i}`, { node, spec: { drift: { intervalSeconds } } })));
const boundaries = fc.record({ perNode: fc.integer({ min: 1, max: 3 }), overall: fc.integer({ min: 1, max: 5 }) });
const durations = fc.array(fc.integer({ min: 1, max: 8_000 }), { minLength: 1, maxLength: 5 });

function check(holds: (fleet: Service[], bounds: Bounds, simulated: ReturnType<typeof simulate>) => boolean, numRuns = 10_000): void {
  fc.assert(
    fc.property(fleets, boundaries, durations, (fleet, bounds, lengths) => holds(fleet, bounds, simulate(fleet, bounds, lengths, 15_000))),
    { numRuns },
  );
}

t.test('nothing is checked beside itself, and no bound is ever passed', async () => {
  check((_fleet, { perNode, overall }, { runs }) =>
    runs.every(({ startMs: at, node, uid }) => {
      const then = runs.filter((run) => run.startMs <= at && at < run.endMs);
      return then.length <= overall && then.filter((run) => run.node === node).length <= perNode && then.filter((run) => run.uid === uid).length === 1;
    }),
  );
});

t.test('nothing is checked before it is due, nor sooner than one interval after its last start', async () => {
  check((fleet, _bounds, { runs }) =>
    fleet.every((service) => {
      const own = runs.filter((run) => run.uid === uidOf(service));
      return own.every((run, i) => run.startMs >= run.dueMs && (i === 0 ? run.startMs < intervalMs(service) || run.startMs >= run.dueMs : run.startMs - own[i - 1]!.startMs >= intervalMs(service)));
    }),
  );
});

t.test('once due, a service waits for at most one check of each other service of its node', async () => {
  check((fleet, _bounds, { runs, waiting }) =>
    fleet.every((service) => {
      const uid = uidOf(service);
      const own = runs.filter((run) => run.uid === uid);
      const dues = [...own.map((run) => run.dueMs), waiting.get(uid)!];
      const waits = dues.map((dueMs, i) => ({ from: Math.max(dueMs, own[i - 1]?.endMs ?? 0), to: own[i]?.startMs ?? Infinity }));
      const neighbours = runs.filter((run) => run.uid !== uid && run.node === service.status!.node);
      return waits.every(({ from, to }) => {
        const passed = neighbours.filter((run) => run.startMs > from && run.startMs < to).map((run) => run.uid);
        return new Set(passed).size === passed.length;
      });
    }),
  );
});

t.test('no room is left empty while something that may use it is due', async () => {
  check((fleet, { perNode, overall }, { runs }) => {
    const instants = new Set(runs.flatMap((run) => [run.startMs, run.endMs]));
    return [...instants].filter((at) => at <= 15_000).every((at) => {
      const then = runs.filter((run) => run.startMs <= at && at < run.endMs);
      const late = runs.filter((run) => run.dueMs <= at && run.startMs > at && !then.some((other) => other.uid === run.uid));
      return late.every((run) => then.length >= overall || then.filter((other) => other.node === run.node).length >= perNode);
    });
  });
});

t.test('with enough room every service is checked at exactly its interval', async () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const { runs } = simulate(fleet, { perNode: 8, overall: 8 }, [10], 30_000);
      return fleet.every((service) => {
        const starts = runs.filter((run) => run.uid === uidOf(service)).map((run) => run.startMs);
        return starts[0]! < intervalMs(service) && starts.every((at, i) => i === 0 || at - starts[i - 1]! === intervalMs(service)) && starts.at(-1)! > 30_000 - intervalMs(service);
      });
    }),
    { numRuns: 10_000 },
  );
});
