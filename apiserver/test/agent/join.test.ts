import { nodeKind } from '@spawnit/contract';
import t from 'tap';
import { decideJoin } from '../../src/agent/join.js';
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
