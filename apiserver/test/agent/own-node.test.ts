import { nodeKind } from '@spawnit/contract';
import t from 'tap';
import { heartbeat } from '../../src/agent/heartbeat.js';
import { inventoryOf } from '../../src/agent/inventory.js';
import { ownJob } from '../../src/agent/own-job.js';
import type { ServerContext } from '../../src/context.js';
import type { LeaseParts } from '../../src/leases/part.js';
import { putOp } from '../../src/resources/records.js';
import type { Op } from '../../src/store/log/commit.js';
import { Records } from '../../src/store/log/view.js';

const caller = { role: 'node', name: 'n', nodeUid: 'old' } as const;
const beat = { session: 'of-old', counter: 7, running: [], status: {} };

/** A server that finds out by its `sync` what has become of node n. */
function serverThatLearns(ops: Op[]) {
  const view = new Records();
  view.apply(1, [putOp(nodeKind, nodeOf('old'))]);
  const written: Op[] = [];
  const heard: string[] = [];
  const registry = {
    view,
    sync: async () => view.apply(2, ops),
    write: async (_author: string, decide: (view: Records) => { ops: Op[] }) => void written.push(...decide(view).ops),
  };
  const parts = { leases: { isOver: () => false, hear: (name: string) => heard.push(name) }, members: { isAlone: () => true } } as unknown as LeaseParts;
  return { context: { registry, now: () => '2026-01-01T00:00:00Z' } as unknown as ServerContext, parts, written, heard, view };
}

function nodeOf(uid: string) {
  return { apiVersion: 'spawnit.dev/v1', kind: 'Node', metadata: { name: 'n', uid }, spec: {}, status: {} } as never;
}

for (const [what, ops] of Object.entries({
  'was deleted': [{ op: 'delete', key: 'nodes/_/n' }] as Op[],
  'is another machine by now': [putOp(nodeKind, nodeOf('new'))],
})) {
  t.test(`a node that ${what} when its request is looked at is neither heard nor written of, has no job and may sweep nothing`, async (t) => {
    const { context, parts, written, heard, view } = serverThatLearns(ops);
    await t.rejects(heartbeat(context, parts, caller, beat), { code: 'Unauthorized' });
    t.same({ written, heard }, { written: [], heard: [] });
    t.throws(() => ownJob(view, caller, { namespace: 'default', job: 'j' }), { code: 'Unauthorized' });
    await t.rejects(inventoryOf(context, caller), { code: 'Unauthorized' });
  });
}

t.test('who is still the node of its name is heard', async (t) => {
  const { context, parts, written, heard } = serverThatLearns([]);
  await heartbeat(context, parts, caller, beat);
  t.match(written, [{ op: 'put', value: { metadata: { uid: 'old' }, status: { session: 'of-old' } } }]);
  t.same(heard, ['n']);
});
