import fc from 'fast-check';
import t from 'tap';
import { ApiError, condition, jobUnderWay, Unreachable, type CheckResult, type Service, type ServiceStatus, type JobCause } from '@spawnit/contract';
import { nodeUnreachable, outcomeOf, outcomeOfError, type Outcome } from '../src/outcome.js';
import { judge, type Judged } from '../src/verdict.js';
import { aField, aResult, aService, later, now } from './builders.js';

type Told = Exclude<Outcome, { skipped: string }>;
type Written = Extract<Judged, { status: ServiceStatus }>;
const busy = { reason: 'NodeBusy', message: 'busy' };
const outcome = (result: CheckResult) => outcomeOf(result) as Told;

function judged(current: Service | undefined, result: Partial<CheckResult> | Told, more: { unknowns?: number; ordered?: Service; everyMs?: number } = {}): Judged {
  const told = 'reason' in result || 'result' in result ? (result as Told) : outcome(aResult(result as Partial<CheckResult>));
  return judge({ ordered: more.ordered ?? aService('a'), current, outcome: told, unknowns: more.unknowns ?? 0, everyMs: more.everyMs ?? 10_000, why: busy, now: later });
}

/** The service with what was written, as the apiserver would have stored it. */
function after(current: Service, written: Judged): Service {
  return { ...current, status: (written as Written).status };
}

t.test('a first compliant verdict is written without an event', async (t) => {
  const written = judged(aService('a'), {}) as Written;
  t.strictSame(written.status.drift, { verdict: 'Compliant', fields: [], epoch: 3, generation: 1, since: later });
  t.match(condition({ status: written.status }, 'Compliant'), { status: 'True', reason: 'Compliant', observedGeneration: 1 });
  t.equal(written.event, undefined);
  t.equal(written.status.phase, 'Ready', 'the phase is not its to write');
});

t.test('drift is written with its fields and an event, and said once', async (t) => {
  const fields = ['b', 'a', 'd', 'c'].map((field) => aField(field));
  const written = judged(aService('a'), { verdict: 'Drifted', fields }) as Written;
  t.strictSame(written.status.drift?.fields.map((each) => each.field), ['a', 'b', 'c', 'd']);
  const message = 'docker_container.this a: declared 512, real 256; docker_container.this b: declared 512, real 256; docker_container.this c: declared 512, real 256; and 1 more';
  t.match(condition({ status: written.status }, 'Compliant'), { status: 'False', reason: 'Drifted', message });
  t.strictSame(written.event, { type: 'Warning', reason: 'Drifted', message });
  t.strictSame(judged(after(aService('a'), written), { verdict: 'Drifted', fields: fields.reverse() }), { same: true }, 'in whatever order they come');
});

t.test('a thing that is gone is told of as missing', async (t) => {
  const written = judged(aService('a'), { verdict: 'Drifted', fields: [aField('(exists)', { desired: 'present', live: 'missing' })] }) as Written;
  t.equal(written.event?.message, 'docker_container.this is missing');
});

t.test('since is kept while the verdict stays, and moves when it turns', async (t) => {
  const drifted = aService('a', { status: { drift: { verdict: 'Drifted', fields: [aField('a')], since: now, epoch: 3, generation: 1 } } });
  const more = judged(drifted, { verdict: 'Drifted', fields: [aField('a'), aField('b')] }) as Written;
  t.match([more.status.drift?.since, more.event], [now, undefined]);
  const known = aService('a', { status: { drift: { ...drifted.status!.drift!, fields: [aField('a', { since: now })] } } });
  const again = judged(known, { verdict: 'Drifted', fields: [aField('a', { live: '7' }), aField('b')] }) as Written;
  t.strictSame(again.status.drift?.fields.map((each) => each.since), [now, later], 'of each field by itself');
  const back = judged(drifted, {}) as Written;
  t.match([back.status.drift?.since, back.event], [later, { type: 'Normal', reason: 'Compliant' }]);
});

t.test('a verdict of a later epoch is written though it says the same, for an older one no longer counts', async (t) => {
  const before = aService('a', { status: { epoch: 4, drift: { verdict: 'Compliant', fields: [], since: now, epoch: 3, generation: 1 } } });
  const written = judged(before, { epoch: 4 }, { ordered: before }) as Written;
  t.match(written.status.drift, { epoch: 4, since: now });
});

t.test('ignored fields are shown and are no drift', async (t) => {
  const written = judged(aService('a'), { verdict: 'Drifted', fields: [aField('memory', { ignored: true })] }) as Written;
  t.match(written.status.drift, { verdict: 'Compliant', fields: [{ field: 'memory', ignored: true }] });
  t.equal(condition({ status: written.status }, 'Compliant')?.message, 'what is real is what was declared, but for 1 ignored field');
  t.match((judged(aService('a'), { verdict: 'Drifted', fields: [] }) as Written).status.drift?.verdict, 'Drifted', 'drift that names no field is drift');
});

t.test('what can not be told is never drift, and is said at the second time in a row', async (t) => {
  const engine = outcome(aResult({ verdict: 'Unknown', error: { summary: 'the engine does not answer.', cause: 'EngineUnreachable', hint: 'Start it.', retryable: true } }));
  const ready = aService('a', { status: { drift: { verdict: 'Compliant', fields: [], since: now, epoch: 3, generation: 1 } } });
  t.strictSame(judged(ready, engine, { unknowns: 1 }), { same: true });
  const written = judged(ready, engine, { unknowns: 2 }) as Written;
  t.match(written, {
    status: { drift: { verdict: 'Unknown', fields: [], since: later } },
    event: { type: 'Warning', reason: 'EngineUnreachable', message: 'the engine does not answer. Start it.' },
  });
  t.match(condition({ status: written.status }, 'Compliant'), { status: 'Unknown', reason: 'EngineUnreachable' });
  const told = after(ready, written);
  t.strictSame(judged(told, { ...engine, message: 'in other words' } as Told, { unknowns: 3 }), { same: true }, 'other words are no news');
  t.match(judged(told, outcomeOfError(new ApiError('Timeout', 'late')) as Told, { unknowns: 4 }), { status: { drift: { since: later } } }, 'another reason is');
});

t.test('that a node is not ready is said at once', async (t) => {
  t.match(judged(aService('a'), nodeUnreachable('n1'), { unknowns: 1 }), { status: { drift: { verdict: 'Unknown' } } });
});

t.test('a verdict on what was changed meanwhile is discarded, with the reason', async (t) => {
  const cases: [string, Service | undefined][] = [
    ['the service is gone', undefined],
    ['the service was made anew', { ...aService('a'), metadata: { ...aService('a').metadata, uid: 'another' } }],
    ['the service is being deleted', aService('a', { deleting: true })],
    ['the service was suspended', aService('a', { spec: { suspend: true } })],
    ['a job is under way', aService('a', { status: { activeJob: 'j' } })],
    ['the epoch has passed', aService('a', { status: { epoch: 4 } })],
    ['the spec has changed', aService('a', { generation: 2 })],
    ['it was applied anew', aService('a', { status: { applied: { ...aService('a').status!.applied!, job: 'new' } } })],
  ];
  for (const [discard, current] of cases) t.strictSame(judged(current, { verdict: 'Drifted', fields: [aField('a')] }), { discard });
  t.strictSame(judged(aService('a'), { epoch: 2 }), { discard: 'the result is of another epoch' });
  t.strictSame(judged(aService('a'), { generation: 2 }), { discard: 'the result is of another generation' });
});

t.test('an error that is not about the service says nothing of it', async (t) => {
  const cases: [unknown, object][] = [
    [new ApiError('ServiceUnavailable', 'not connected'), { verdict: 'Unknown', reason: 'NodeUnreachable', message: 'not connected' }],
    [new ApiError('Timeout', 'late'), { verdict: 'Unknown', reason: 'CheckTimeout' }],
    [new ApiError('InternalError', 'oh'), { verdict: 'Unknown', reason: 'CheckFailed' }],
    [new ApiError('Conflict', 'a job is under way', { causes: [{ reason: jobUnderWay, message: '' }] }), { skipped: 'a job is under way' }],
    [new ApiError('Conflict', 'template web of service t/a is gone'), { verdict: 'Unknown', reason: 'CheckFailed', message: 'template web of service t/a is gone' }],
    [new ApiError('NotFound', 'gone'), { skipped: 'gone' }],
    [new ApiError('TooManyRequests', 'slow down'), { skipped: 'slow down' }],
    [new Unreachable('server away'), { skipped: 'server away', away: true }],
  ];
  for (const [error, wanted] of cases) t.match(outcomeOfError(error), wanted);
});

t.test('the causes that an agent gives become reasons, and one that was busy says nothing', async (t) => {
  const caused = (cause: JobCause) => outcomeOf(aResult({ verdict: 'Unknown', error: { summary: 's', cause, hint: 'h', retryable: true } }));
  t.strictSame(caused('Busy'), { skipped: 's' });
  t.match(caused('EngineUnreachable'), { reason: 'EngineUnreachable', message: 's h' });
  t.match(caused('Timeout'), { reason: 'CheckTimeout' });
  t.match(caused('ProviderMissing'), { reason: 'CheckFailed' });
  t.match(outcomeOf(aResult({ verdict: 'Unknown' })), { reason: 'CheckFailed', message: 'the check failed and did not say why' });
});

t.test('that checks are late is written with the verdict, once, and not for every second', async (t) => {
  const first = judged(aService('a'), {}, { everyMs: 14_000 }) as Written;
  t.equal(condition({ status: first.status }, 'ChecksOnTime'), undefined, 'nothing is said of what is on time');
  const written = judged(after(aService('a'), first), {}, { everyMs: 34_000 }) as Written;
  t.match(condition({ status: written.status }, 'ChecksOnTime'), { status: 'False', reason: 'NodeBusy', message: 'checked every 34 s instead of every 10 s: busy' });
  t.equal(written.status.drift?.everySeconds, 34);
  t.equal(written.event, undefined, 'it is no turn of the verdict');
  const told = after(aService('a'), written);
  t.strictSame(judged(told, {}, { everyMs: 45_000 }), { same: true }, 'a little more is no news');
  t.equal((judged(told, {}, { everyMs: 60_000 }) as Written).status.drift?.everySeconds, 60);
  t.strictSame(judged(told, {}, { everyMs: 30_000 }), { same: true });
  const onTime = judged(told, {}, { everyMs: 11_000 }) as Written;
  t.match(condition({ status: onTime.status }, 'ChecksOnTime'), { status: 'True', reason: 'OnTime' });
  t.notOk('everySeconds' in onTime.status.drift!);
  t.strictSame(judged(after(told, onTime), {}, { everyMs: 14_000 }), { same: true });
});

const results = fc.record({
  verdict: fc.constantFrom('Compliant' as const, 'Drifted' as const, 'Unknown' as const),
  fields: fc.array(fc.record({ field: fc.constantFrom('a', 'b'), ignored: fc.boolean() }).map(({ field, ignored }) => aField(field, ignored ? { ignored } : {})), { maxLength: 3 }),
  epoch: fc.constantFrom(2, 3),
  generation: fc.constantFrom(1, 2),
});

t.test('whatever is found: written once, never against a change, and Unknown never turns into drift', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(results, fc.integer({ min: 1, max: 3 }), fc.constantFrom(10_000, 14_000, 16_000, 40_000, 90_000)), { minLength: 1, maxLength: 6 }), (all) => {
      let current = aService('a');
      return all.every(([result, unknowns, everyMs]) => {
        const of = { ordered: aService('a'), outcome: outcome(aResult(result)), unknowns, everyMs, why: busy, now: later };
        const written = judge({ ...of, current });
        if (!('status' in written)) return true;
        const before = current;
        current = after(current, written);
        const { drift } = written.status;
        const real = result.fields.length === 0 || result.fields.some((each) => !each.ignored);
        const right = drift!.verdict === (result.verdict === 'Drifted' && !real ? 'Compliant' : result.verdict);
        const current3 = result.verdict === 'Unknown' || (result.epoch === 3 && result.generation === 1);
        const turned = before.status?.drift?.verdict !== drift!.verdict;
        const announced = (written.event !== undefined) === (turned && !(before.status?.drift === undefined && drift!.verdict === 'Compliant'));
        return right && current3 && announced && 'same' in judge({ ...of, current });
      });
    }),
    { numRuns: 10_000 },
  );
});
