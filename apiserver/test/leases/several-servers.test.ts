import { CheckOrder, jsonLines, withCondition, type Node } from '@spawnit/contract';
import { tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import { join } from 'node:path';
import t from 'tap';
import { noteCatalogue } from '../agent/catalogue.js';
import { HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';

async function two(t: Teardown): Promise<[Plane, Plane]> {
  const dataDir = tempDir(t);
  const config = { dataDir, catalogueDir: noteCatalogue(t), store: { driver: 'files', dir: join(dataDir, 'store') } } as const;
  const first = await startPlane(t, config);
  return [first, await startPlane(t, config)];
}

const members = ({ context }: Plane) => [...context.registry.view.list('members/')].length;
const lost = (node: Node): Node => ({ ...node, status: { ...node.status, heartbeat: undefined, conditions: withCondition(node.status?.conditions, { type: 'Ready', status: 'False', reason: 'HeartbeatsStopped', message: '' }, '2026-01-01T00:00:00Z') } });

t.test('what one server acknowledges, the other has heard, and calls nobody lost for it', async (t) => {
  const [a, b] = await two(t);
  await waitFor(() => members(a) === 2 && members(b) === 2, { what: 'the servers to know of each other' });
  const agent = await HandAgent.join(t, a, 'n1');
  const beat = async (plane: Plane) => (await plane.as('scheduler').nodes.get('n1')).status?.heartbeat;
  t.equal((await beat(b))?.counter, 1, 'a read at the other server, after the answer, has it');
  await agent.beat();
  t.equal((await beat(b))?.counter, 2);
  // The other server's clock runs ahead; heartbeats come only here.
  const { registry } = b.context;
  // It stands still but for what we put it forward: more than 5 s between two looks would pass for a server that stood still.
  const stopped = b.context.monotonic();
  let ahead = 0;
  b.context.monotonic = () => stopped + ahead;
  // Asked for at each look at the clock.
  const health = registry.health.bind(registry);
  let looks = 0;
  registry.health = () => {
    looks++;
    return health();
  };
  const pass = async (seconds: number) => {
    for (const end = ahead + seconds * 1_000; ahead < end; ) {
      ahead = Math.min(end, ahead + 4_000);
      const before = looks;
      await waitFor(() => looks > before, { what: 'the server to look at its clock' });
    }
  };
  await pass(15);
  await agent.beat();
  await waitFor(async () => (await beat(b))?.counter === 3, { what: 'the heartbeat to be told' });
  await pass(10);
  const node = await b.as('scheduler').nodes.get('n1');
  await t.rejects(b.as('scheduler').nodes.replaceStatus(lost(node)), { code: 'Conflict', message: /not lost/ });
  await pass(11);
  t.match(await b.as('scheduler').nodes.replaceStatus(lost(await b.as('scheduler').nodes.get('n1'))), { status: { conditions: [{ status: 'False' }] } });
});

t.test('to others a server is known by its own address, not by that of the balancer before it', async (t) => {
  const plane = await startPlane(t, { publicUrl: 'http://balancer.example:7080', peerUrl: 'http://10.0.0.1:7080' });
  await waitFor(() => members(plane) === 1, { what: 'the server to have joined' });
  t.match([...plane.context.registry.view.list('members/')], [{ value: { url: 'http://10.0.0.1:7080' } }]);
});

t.test('alone again, a server writes no heartbeats', async (t) => {
  const [a, b] = await two(t);
  const agent = await HandAgent.join(t, a, 'n1');
  await b.stop();
  await waitFor(() => members(a) === 1, { what: 'the other to have left' });
  await agent.beat();
  const { rv } = a.context.registry;
  await agent.beat();
  t.equal(a.context.registry.rv, rv);
});

t.test('a check reaches the node and its answer the asker, whichever servers a balancer picks for the two and for the heartbeats', async (t) => {
  const [a, b] = await two(t);
  await waitFor(() => members(a) === 2 && members(b) === 2, { what: 'the servers to know of each other' });
  const agent = await HandAgent.join(t, a, 'n1');
  const { job } = await running(a, agent, 'svc');
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(a, 'svc', { applied: { generation: 1, job: job.metadata.name, revision: job.spec.revision, module: job.spec.module, inputs: {}, time: '2026-01-01T00:00:00Z' } });
  await t.rejects(b.as('drift-controller').check('default', 'svc'), { code: 'ServiceUnavailable', message: /not connected/ });
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const body = await agent.transport.stream({ path: '/agent/v1/nodes/n1/checks', signal: stop.signal });
  const elsewhere = await HandAgent.with(t, b, 'n1', agent.token);
  const answering = (async () => {
    for await (const line of jsonLines(body)) {
      const order = CheckOrder.safeParse(line);
      if (order.success) await elsewhere.post(`/agent/v1/nodes/n1/checks/${order.data.id}`, { verdict: 'Compliant', fields: [], epoch: order.data.inputs.epoch, generation: 1, durationMs: 1 });
    }
  })();
  answering.catch(() => undefined);
  t.match(await waitFor(() => b.as('drift-controller').check('default', 'svc'), { what: 'the check to be answered' }), { verdict: 'Compliant', epoch: 1 });
});
