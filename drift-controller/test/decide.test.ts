import t from 'tap';
import type { ServiceStatus } from '@spawnit/contract';
import { decide, isActive, type Situation } from '../src/decide.js';
import { dueAfter, firstDue } from '../src/interval.js';
import { aNode, aService } from './builders.js';

const names = (services: { metadata: { name: string } }[]) => services.map((each) => each.metadata.name);
const duesOf = (entries: Record<string, number>) => new Map(Object.entries(entries).map(([name, at]) => [`uid-${name}`, at]));

function decided(parts: Partial<Situation>) {
  return decide({ services: [], nodes: [aNode('n1'), aNode('n2')], inFlight: new Map(), due: new Map(), nowMs: 100_000, bounds: { perNode: 2, overall: 16 }, ...parts });
}

t.test('only what was applied, stands somewhere and is being left alone is checked', async (t) => {
  const cases: [string, boolean, Parameters<typeof aService>[1]][] = [
    ['ready', true, {}],
    ['drifted', true, { status: { phase: 'Drifted' } }],
    ['waiting for approval of a change', true, { status: { phase: 'Pending' }, generation: 2 }],
    ['failed again at what was applied', true, { status: { phase: 'Failed' } }],
    ['failed half-way to something new', false, { status: { phase: 'Failed' }, generation: 2 }],
    ['never applied', false, { status: { applied: undefined } }],
    ['nowhere', false, { status: { node: undefined } }],
    ['a job is under way', false, { status: { activeJob: 'j' } }],
    ['suspended', false, { spec: { suspend: true } }],
    ['suspended by phase', false, { status: { phase: 'Suspended' } }],
    ['deleting', false, { deleting: true }],
    ['provisioning', false, { status: { phase: 'Provisioning' } }],
    ['no phase yet', false, { status: { phase: undefined } as ServiceStatus }],
    ['drift is ignored, and yet shown', true, { spec: { drift: { policy: 'Ignore' } } }],
  ];
  for (const [title, wanted, input] of cases) t.equal(isActive(aService('a', input)), wanted, title);
});

t.test('those due longest are checked first, within the bounds of each node and of all', async (t) => {
  const services = ['a', 'b', 'c', 'd'].map((name) => aService(name)).concat(aService('e', { node: 'n2' }));
  const due = duesOf({ a: 99_000, b: 97_000, c: 98_000, d: 100_001, e: 99_999 });
  t.strictSame(names(decided({ services, due }).start), ['b', 'c', 'e']);
  t.strictSame(names(decided({ services, due, bounds: { perNode: 9, overall: 2 } }).start), ['b', 'c']);
  t.strictSame(names(decided({ services, due, bounds: { perNode: 1, overall: 9 } }).start), ['b', 'e']);
  t.strictSame(names(decided({ services, due, inFlight: new Map([['uid-b', 'n1']]) }).start), ['c', 'e'], 'what is under way counts, and is not begun again');
  t.equal(decided({ services, due }).nextMs, 100_001);
});

t.test('a node that is not ready or gone is not asked; what stands there is unreachable', async (t) => {
  const services = [aService('a'), aService('b', { node: 'gone' }), aService('c', { node: 'n2' })];
  const due = duesOf({ a: 0, b: 0, c: 0 });
  const { start, unreachable } = decided({ services, due, nodes: [aNode('n1', false), aNode('n2')] });
  t.strictSame([names(start), names(unreachable)], [['c'], ['a', 'b']]);
});

t.test('first checks are spread over the interval, the same for a service each time', async (t) => {
  const services = Array.from({ length: 1_000 }, (_, i) => aService(`s${i}`));
  const { due, start } = decided({ services, nowMs: 0 });
  t.strictSame(decided({ services, nowMs: 0 }).due, due);
  const perSecond = Array.from({ length: 10 }, (_, second) => [...due.values()].filter((at) => Math.floor(at / 1_000) === second).length);
  t.ok(perSecond.every((n) => n > 60 && n < 140), `about a tenth falls into each second: ${perSecond.join(' ')}`);
  t.ok(start.length <= 2);
});

t.test('the next check is one interval after the start of the last, sooner after one that came to nothing', async (t) => {
  t.equal(dueAfter(aService('a'), 5_000, 0), 15_000);
  const daily = aService('a', { spec: { drift: { intervalSeconds: 86_400 } } });
  t.equal(dueAfter(daily, 5_000, 0), 86_405_000);
  t.equal(dueAfter(daily, 5_000, 1), 15_000);
  t.equal(dueAfter(aService('a', { spec: { drift: { intervalSeconds: 2 } } }), 5_000, 1), 7_000);
  t.same([2, 3, 6, 99].map((nothing) => dueAfter(daily, 0, nothing)), [10_000, 20_000, 160_000, 86_400_000], 'and then ever later');
});

t.test('a shortened interval counts at once, and what was inactive is spread anew', async (t) => {
  const service = aService('a', { spec: { drift: { intervalSeconds: 5 } } });
  t.equal(decided({ services: [service], due: duesOf({ a: 9_000_000 }) }).due.get('uid-a'), 105_000);
  const inactive = decided({ services: [aService('a', { status: { activeJob: 'j' } })], due: duesOf({ a: 100_500 }) });
  t.equal(inactive.due.size, 0);
  t.equal(decided({ services: [service], due: inactive.due }).due.get('uid-a'), firstDue('uid-a', 5_000, 100_000));
});

t.test('a verdict that was carried over a change of policy is made anew at once, and asked for once', async (t) => {
  const applied = { ...aService('a').status!.applied!, generation: 2 };
  const drift = { verdict: 'Drifted' as const, fields: [], since: '', epoch: 3, generation: 1 };
  const carried = aService('a', { generation: 2, status: { applied, drift } });
  const due = duesOf({ a: 9_000_000, b: 9_000_000 });
  t.strictSame(names(decided({ services: [carried], due }).start), ['a']);
  t.strictSame(names(decided({ services: [carried], due: new Map() }).start), ['a'], 'also when nothing was known of it');
  t.strictSame(names(decided({ services: [carried], due, begunWith: new Map([['uid-a', 1]]) }).start), ['a']);
  t.strictSame(decided({ services: [carried], due, begunWith: new Map([['uid-a', 2]]) }).start, []);
  t.strictSame(decided({ services: [aService('b', { generation: 2, status: { applied: { ...applied, epoch: 4 }, drift } })], due }).start, [], 'after an apply it is spread, as ever');
});
