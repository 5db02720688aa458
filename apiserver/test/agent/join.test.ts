import { jobKind, nodeKind } from '@spawnit/contract';
import t from 'tap';
import { decideJoin } from '../../src/agent/join.js';
import { heldInVain, holdName, isHeld } from '../../src/leases/held-names.js';
import { Leases } from '../../src/leases/leases.js';
import type { Members } from '../../src/leases/members.js';
import { putOp } from '../../src/resources/records.js';
import { Records } from '../../src/store/log/view.js';

t.test('only a server that is told what others hear gives a silent node’s name and work to another machine', async (t) => {
  let now = 0;
  let known = false;
  const leases = new Leases(() => now);
  const members = { isKnown: () => known } as unknown as Members;
  const view = new Records();
  const node = { apiVersion: 'spawnit.dev/v1', kind: 'Node', metadata: { name: 'n', uid: 'old' }, spec: {}, status: {} };
  view.apply(1, [putOp(nodeKind, node as never)]);
  const join = () => decideJoin(view, { leases, members }, { name: 'n', labels: {}, slots: 2 }, 'new', '2026-01-01T00:00:00Z');
  // Nobody has told it of the node's heartbeats, which another server acknowledges.
  for (; now < 30_000; now += 1_000) leases.look(true);
  t.throws(join, { code: 'AlreadyExists' });
  known = true;
  t.match(join(), [{ op: 'put', value: { metadata: { uid: 'new' } } }]);
});

t.test('the name of a deleted node is given again only when its agent can have no lease any more, and its work is lost', async (t) => {
  let now = 0;
  const leases = new Leases(() => now);
  const pass = (ms: number) => {
    for (const end = now + ms; now < end; leases.look(true)) now += 250;
  };
  const view = new Records();
  const job = { apiVersion: 'spawnit.dev/v1', kind: 'Job', metadata: { name: 'j', namespace: 'default' }, spec: { service: 's', serviceUid: 'u' }, status: { phase: 'Running', node: 'n', epoch: 1 } };
  view.apply(1, [putOp(jobKind, job as never)]);
  const join = (name: string) => decideJoin(view, { leases, members: { isKnown: () => true } as unknown as Members }, { name, labels: {}, slots: 2 }, 'new', '2026-01-01T00:00:00Z');
  pass(30_000);
  leases.hear('n', { session: 's', counter: 1, running: [], time: '2026-01-01T00:00:00Z' });
  leases.gone('n');
  t.throws(() => join('n'), { code: 'Conflict', message: /the name is free in 20 s/, details: { retryAfterSeconds: 20 } });
  t.equal(join('another').length, 1);
  pass(19_750);
  t.throws(() => join('n'), { code: 'Conflict' });
  pass(250);
  t.match(join('n'), [{ op: 'put', value: { metadata: { uid: 'new' } } }, { op: 'put', value: { status: { phase: 'Lost' } } }]);
});

t.test('a server that has never heard a node that is deleted takes it for heard when it could first have been', async (t) => {
  let now = 0;
  const leases = new Leases(() => now);
  leases.gone('n');
  for (; now < 19_750; leases.look(true)) now += 250;
  t.ok(leases.knows('n') && !leases.isSilent('n'));
  now += 250;
  leases.look(true);
  t.notOk(leases.knows('n'));
});

t.test('a server that begins after a node was deleted holds its name for as long, and then holds it no more', async (t) => {
  let now = 0;
  let known = true;
  const leases = new Leases(() => now);
  const members = { isKnown: () => known } as unknown as Members;
  const view = new Records();
  view.apply(1, [holdName('n', '2026-01-01T00:00:00Z')]);
  const join = (name: string) => decideJoin(view, { leases, members }, { name, labels: {}, slots: 2 }, 'new', '2026-01-01T00:00:00Z');
  t.throws(() => join('n'), { code: 'Conflict', message: /was deleted/, details: { retryAfterSeconds: 20 } });
  t.equal(join('another').length, 1);
  for (; now < 19_750; leases.look(true)) now += 250;
  t.throws(() => join('n'), { code: 'Conflict' });
  t.same(heldInVain(view, leases, members), []);
  now += 250;
  leases.look(true);
  known = false;
  t.throws(() => join('n'), { code: 'Conflict' }, 'who is told nothing of what others hear can’t know');
  t.same(heldInVain(view, leases, members), []);
  known = true;
  t.match(join('n'), [{ op: 'put', value: { metadata: { uid: 'new' } } }, { op: 'delete', key: 'held-names/n' }]);
  view.apply(2, heldInVain(view, leases, members));
  t.notOk(isHeld(view, 'n'));
});
