import { jobKind, serviceKind, type JobPhase, type Resource } from '@spawnit/contract';
import fc from 'fast-check';
import t from 'tap';
import { putOp } from '../../src/resources/records.js';
import { decideLock, decideUnlock, decideWrite, type Decision } from '../../src/state/decide.js';
import { findState, putState, releaseLock, type CurrentState, type RunIdentity } from '../../src/state/records.js';
import type { Op } from '../../src/store/log/commit.js';
import { Records } from '../../src/store/log/view.js';

/** What may come, in any order and from any run that there ever was. */
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('assign' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), phase: fc.constantFrom<JobPhase>('Succeeded', 'Failed', 'Lost') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('lock' as const), run: fc.nat(5), id: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unlock' as const), run: fc.nat(5), id: fc.option(fc.nat(2), { nil: undefined }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), run: fc.nat(5), id: fc.option(fc.nat(2), { nil: undefined }), serial: fc.nat(6), text: fc.nat(1), recovered: fc.boolean(), left: fc.nat(3) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The registry with one service, whose work is given from run to run. */
class World {
  readonly view = new Records();
  epoch = 0;
  #phase: JobPhase | undefined;

  commit(ops: Op[]): void {
    if (ops.length > 0) this.view.apply(this.view.seq + 1, ops);
  }

  run(epoch: number): RunIdentity {
    return { role: 'run', name: `j${epoch}`, node: 'n', namespace: 'd', service: 's', serviceUid: 'u', epoch, job: `j${epoch}`, write: true };
  }

  /** Is this the run that the work was given to, and does it still run? */
  isLive(epoch: number): boolean {
    return epoch === this.epoch && this.#phase === 'Running';
  }

  assign(): void {
    this.epoch += 1;
    this.#phase = 'Running';
    this.#put();
  }

  /** A lost job's lock is left as it is; one that reports its end gives it up. */
  end(phase: JobPhase): void {
    if (this.#phase !== 'Running') return;
    this.#phase = phase;
    this.#put();
    if (phase !== 'Lost') this.commit(releaseLock(this.view, 'd', 'u', `j${this.epoch}`));
  }

  decide(decision: Decision): boolean {
    if (decision.ok && decision.record) this.commit([putState('d', 'u', decision.record)]);
    return decision.ok;
  }

  get record() {
    return findState(this.view, 'd', 'u');
  }

  #put(): void {
    const { epoch } = this;
    const service = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 's', namespace: 'd', uid: 'u' }, spec: {}, status: { epoch } };
    const job = { apiVersion: 'spawnit.dev/v1', kind: 'Job', metadata: { name: `j${epoch}`, namespace: 'd' }, spec: { service: 's', serviceUid: 'u' }, status: { phase: this.#phase, epoch, node: 'n' } };
    this.commit([putOp(serviceKind, service as Resource), putOp(jobKind, job as Resource)]);
  }
}

function stateOf(serial: number, text: number, epoch: number): CurrentState {
  return { serial, lineage: 'l', md5: `${serial}-${text}`, key: `k-${serial}-${text}-${epoch}`, epoch, resources: 0 };
}

/** Throws when a promise is broken by this step. */
function take(world: World, one: Step): void {
  if (one.do === 'assign') return world.assign();
  if (one.do === 'end') return world.end(one.phase);
  const epoch = Math.max(0, world.epoch - one.run);
  const live = world.isLive(epoch);
  const before = world.record;
  const id = one.id === undefined ? undefined : `${epoch}-${one.id}`;
  if (one.do === 'lock') {
    const ok = world.decide(decideLock(world.view, world.run(epoch), { ID: id! }));
    if (ok && !live) throw new Error('a lock was given to a run that is over');
    if (live && !ok && before?.lock?.epoch !== epoch) throw new Error('a live run was kept out by the lock of one that is over');
    return;
  }
  if (one.do === 'unlock') {
    const ok = world.decide(decideUnlock(world.view, world.run(epoch), id));
    if (ok && !live) throw new Error('a run that is over was listened to');
    if (ok && before?.lock?.epoch === epoch && id !== undefined && id !== before.lock.info.ID) throw new Error('a lock was given up by another id');
    return;
  }
  const next = stateOf(one.serial, one.text, epoch);
  const of = Math.max(0, epoch - one.left);
  const ok = world.decide(decideWrite(world.view, world.run(epoch), next, one.recovered ? { recovered: true, of } : { lock: id }));
  const after = world.record?.current;
  const changed = after?.key !== before?.current?.key;
  if ((ok || changed) && !live) throw new Error('a state was taken from a run that is over');
  if (!ok && changed) throw new Error('a refused state was taken');
  if (ok && after?.md5 !== next.md5) throw new Error('a state was acknowledged and not taken');
  if (changed && before?.current && next.serial <= before.current.serial) throw new Error('an older state replaced a newer one');
  if (changed && one.recovered && before?.current && before.current.epoch > of) throw new Error('what a run had left was put over what a later one wrote');
  if (changed && !one.recovered && (before?.lock?.info.ID !== id || before?.lock?.epoch !== epoch)) throw new Error('a state was taken without the lock');
}

t.test('whatever comes in whatever order, only the run in force moves a state, under its lock, and only forward', async (t) => {
  const life = fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
    const world = new World();
    world.assign();
    for (const one of steps) take(world, one);
  });
  t.doesNotThrow(() => fc.assert(life, { numRuns: 10_000 }));
});
