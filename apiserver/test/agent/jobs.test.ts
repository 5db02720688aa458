import { Client, jobKind, nodeKind, restartAnnotation, withCondition, type Node } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { find, putOp } from '../../src/resources/records.js';
import { cameBackKey } from '../../src/restore/record.js';
import { assign, createJob, createService, HandAgent, running, settle, startPlane, type Plane } from './plane.js';

const refused = (code: string, message?: RegExp) => ({ code, ...(message && { message }) });

t.test('a claim gives everything that a run needs, with secrets opened only there', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'one', { spec: { parameters: { token: 'hunter2' }, drift: { ignoreFields: ['x'] } as never } });
  t.match(claim, { type: 'Apply', inputs: { namespace: 'default', service: 'one', epoch: 1, generation: 1, root: 'note', binding: 'Remote', provider: 'terraform', variables: { text: 'hello' }, secret: { token: 'hunter2' }, ignoreFields: ['x'], outputs: { text: {}, token: { sensitive: true } } } });
  t.equal(claim.inputs.state.address, `${plane.url}/state/v1/default/one`);
  t.equal(claim.inputs.state.serial, undefined);
  t.notOk('token' in claim.inputs.variables);
  const admin = plane.as('admin');
  t.match(await admin.jobs.get(job.metadata.name, 'default'), { status: { phase: 'Running', node: 'n1', epoch: 1, startTime: String } });
  for (const kind of [admin.services, admin.revisions, admin.jobs]) t.notMatch(JSON.stringify(await kind.list()), /hunter2/);
});

t.test('what plans are told apart by is a secret of each service, and stays the same', async (t) => {
  const plane = await startPlane(t);
  const [one, two] = [await HandAgent.join(t, plane, 'n1'), await HandAgent.join(t, plane, 'n2')];
  const { job, claim } = await running(plane, one, 'a', { type: 'Plan' });
  await one.finish(job, { phase: 'Succeeded' });
  await settle(plane, 'a');
  const again = await running(plane, two, 'a');
  t.equal(Buffer.from(claim.planKey!, 'base64').length, 32);
  t.equal(again.claim.planKey, claim.planKey);
  t.not((await running(plane, one, 'b')).claim.planKey, claim.planKey);
});

t.test('a claim names the order of a restart, by another name in another life of the cluster', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  await createService(plane, 'one');
  const made = await createJob(plane, 'one');
  const ordered = { ...made, metadata: { ...made.metadata, annotations: { [restartAnnotation]: 'one-apply-1-aaaaaa/1' } }, spec: { ...made.spec, restart: true } };
  await plane.context.registry.write('test', () => ({ ops: [putOp(jobKind, ordered)], result: undefined }));
  const job = await assign(plane, made, agent);
  t.match(await agent.claim(job), { restart: true, restartOrder: 'one-apply-1-aaaaaa/1@0' });
  await plane.context.registry.write('test', () => ({ ops: [{ op: 'put', key: cameBackKey, value: { epochRise: 7_000_000 } }], result: undefined }));
  t.match(await agent.claim(job), { restart: true, restartOrder: 'one-apply-1-aaaaaa/1@7000000' });
});

t.test('the same claim again is answered again, also to an agent that was started anew', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'one');
  t.match((await agent.claim(job)).inputs.variables, claim.inputs.variables);
  const anew = await HandAgent.with(t, plane, 'n1', agent.token);
  t.match((await anew.claim(job)).inputs.variables, claim.inputs.variables);
  await t.rejects(agent.beat(), refused('Conflict', /another agent has taken the place/));
  await t.rejects(agent.claim(job), refused('ServiceUnavailable'));
});

t.test('nobody else gets a job: not another node, not an earlier epoch', async (t) => {
  const plane = await startPlane(t);
  const [one, two] = [await HandAgent.join(t, plane, 'n1'), await HandAgent.join(t, plane, 'n2')];
  await createService(plane, 'svc');
  const pending = await createJob(plane, 'svc');
  await t.rejects(one.claim(pending), refused('EpochPassed', /no node/));
  const job = await assign(plane, pending, one);
  await t.rejects(two.claim(job), refused('EpochPassed', /given to node n1/));
  await t.rejects(one.claim(job, 7), refused('EpochPassed'));
  await t.rejects(two.finish(job, { phase: 'Succeeded', stages: [] }), refused('EpochPassed'));
  await t.rejects(one.post('/agent/v1/nodes/n2/heartbeat', {}), refused('Forbidden'));
  await t.rejects(plane.as('admin').transport.json({ method: 'POST', path: '/agent/v1/nodes/n1/heartbeat', body: {} }), refused('Forbidden'));
  await t.rejects(one.post('/agent/v1/jobs/default/none/claim', { epoch: 1, session: one.session }), refused('NotFound'));
});

t.test('what belongs to a passed epoch is refused: heartbeat, progress, log and end', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'svc');
  const key = `default/${job.metadata.name}`;
  t.same(await agent.beat([key]), { revoked: [], cancel: [] });
  const scheduler = plane.as('scheduler');
  const service = await scheduler.services.get('svc', 'default');
  await scheduler.services.replaceStatus({ ...service, status: { ...service.status, epoch: 2 } });
  t.same(await agent.beat([key]), { revoked: [key], cancel: [] });
  await t.rejects(agent.post(`/agent/v1/jobs/${key}/progress`, { stages: [] }), refused('EpochPassed'));
  await t.rejects(agent.log(job, 0, 'x'), refused('EpochPassed'));
  await t.rejects(agent.finish(job, { phase: 'Succeeded' }), refused('EpochPassed'));
  t.equal((await plane.as('admin').jobs.get(job.metadata.name, 'default')).status?.phase, 'Running');
});

t.test('a heartbeat that overtakes a claim does not revoke it', async (t) => {
  const plane = await startPlane(t);
  const [agent, other] = [await HandAgent.join(t, plane, 'n1'), await HandAgent.join(t, plane, 'n2')];
  await createService(plane, 'svc');
  const pending = await createJob(plane, 'svc');
  const key = `default/${pending.metadata.name}`;
  t.same(await agent.beat([key]), { revoked: [key], cancel: [] }, 'it is nobody’s');
  const job = await assign(plane, pending, agent);
  t.same(await agent.beat([key]), { revoked: [], cancel: [] });
  t.same(await other.beat([key]), { revoked: [key], cancel: [] });
  await agent.claim(job);
  await agent.finish(job, { phase: 'Succeeded', stages: [] });
  t.same(await agent.beat([key]), { revoked: [key], cancel: [] }, 'it is over');
});

/** What the scheduler says of a node, without the silence that it takes to call one lost. */
async function callReady(plane: Plane, name: string, status: 'True' | 'False'): Promise<void> {
  await plane.context.registry.write('scheduler', (view) => {
    const node = find<Node>(view, nodeKind, undefined, name)!;
    const conditions = withCondition(node.status?.conditions, { type: 'Ready', status, reason: 'Test', message: '' }, '2026-01-01T00:00:00Z');
    return { ops: [putOp(nodeKind, { ...node, status: { ...node.status, conditions } })], result: undefined };
  });
}

t.test('a lost node that is heard again begins nothing, and takes nothing up again, until it is Ready', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job: begun } = await running(plane, agent, 'begun');
  await createService(plane, 'next');
  const next = await assign(plane, await createJob(plane, 'next'), agent);
  await callReady(plane, 'n1', 'False');
  const back = await HandAgent.with(t, plane, 'n1', agent.token);
  for (const job of [begun, next]) await t.rejects(back.claim(job), refused('ServiceUnavailable', /was lost/));
  t.equal((await plane.as('admin').jobs.get(next.metadata.name, 'default')).status?.phase, 'Assigned', 'for the scheduler to take');
  await callReady(plane, 'n1', 'True');
  for (const job of [begun, next]) t.equal((await back.claim(job)).type, 'Apply');
});

t.test('an end is final; the same end again is fine, another is not', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'svc');
  await agent.post(`/agent/v1/jobs/default/${job.metadata.name}/progress`, { stages: [{ name: 'init', startTime: '2026-01-01T00:00:00Z' }] });
  const end = { phase: 'Succeeded' as const, outputs: { text: { value: 'x' }, token: { value: 'hunter2' }, other: { value: 'hunter3', sensitive: true } }, inputs: {} };
  await agent.finish(job, end);
  await agent.finish(job, end);
  await t.rejects(agent.finish(job, { phase: 'Failed' }), refused('Conflict', /final/));
  const { status } = await plane.as('admin').jobs.get(job.metadata.name, 'default');
  t.match(status, { phase: 'Succeeded', completionTime: String, stages: [{ name: 'init' }], outputs: { text: { value: 'x' }, token: { sensitive: true }, other: { sensitive: true } } });
  t.notMatch(JSON.stringify(status), /hunter/, 'values of sensitive outputs never get into a record');
});

t.test('a job that is cancelled before it is claimed never begins; a running one is told', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const cancel = (name: string) => plane.as('admin').jobs.patch(name, 'default', { spec: { cancel: true } });
  await createService(plane, 'early');
  const early = await assign(plane, await createJob(plane, 'early'), agent);
  await cancel(early.metadata.name);
  await t.rejects(agent.claim(early), refused('Conflict', /cancelled/));
  t.equal((await plane.as('admin').jobs.get(early.metadata.name, 'default')).status?.phase, 'Cancelled');
  const { job } = await running(plane, agent, 'late');
  await cancel(job.metadata.name);
  const key = `default/${job.metadata.name}`;
  t.same(await agent.beat([key]), { revoked: [], cancel: [key] });
});

t.test('a name that is taken is given again only when its node is silent', async (t) => {
  const plane = await startPlane(t);
  await HandAgent.join(t, plane, 'n1');
  await t.rejects(HandAgent.join(t, plane, 'n1'), refused('AlreadyExists', /choose another name/));
  await t.rejects(plane.as('reconciler').transport.json({ method: 'POST', path: '/agent/v1/join', body: { name: 'n2' } }), refused('Forbidden'));
  await t.rejects(plane.as('join').transport.json({ method: 'POST', path: '/agent/v1/join', body: { name: '../n2' } }), refused('Invalid'));
  await plane.as('admin').nodes.delete('n1');
  await t.rejects(HandAgent.join(t, plane, 'n1'), refused('Conflict', /was deleted.*free in \d+ s/));
  const freed = async () => (await HandAgent.join(t, plane, 'n1').catch(() => undefined)) ?? false;
  t.ok(await waitFor(freed, { what: 'the name to be free', everyMs: 500 }));
});

t.test('a node shows its last heartbeat, and the log does not grow by it', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const before = plane.context.registry.rv;
  for (let i = 0; i < 5; i++) await agent.beat();
  t.equal(plane.context.registry.rv, before);
  const node = await plane.as('admin').nodes.get('n1');
  t.match(node.status, { engine: 'engine-n1', session: agent.session, heartbeat: { counter: 6, running: [] } });
  t.ok(node.status!.heartbeat!.ageSeconds < 5);
});

t.test('the inventory names what may stand on an engine', async (t) => {
  const plane = await startPlane(t);
  const [one, two, same] = [await HandAgent.join(t, plane, 'n1'), await HandAgent.join(t, plane, 'n2'), await HandAgent.join(t, plane, 'n3', { engine: 'engine-n1' })];
  await running(plane, one, 'a');
  await running(plane, two, 'b');
  const uid = async (name: string) => (await plane.as('admin').services.get(name, 'default')).metadata.uid;
  const inventory = (agent: HandAgent) => agent.transport.json({ path: `/agent/v1/nodes/${agent.name}/inventory` });
  t.match(await inventory(one), { engine: 'engine-n1', uids: [await uid('a')], namespaces: ['default'] });
  t.match(await inventory(same), { engine: 'engine-n1', uids: [await uid('a')] });
  t.match(await inventory(two), { engine: 'engine-n2', uids: [await uid('b')] });
});

t.test('what a service takes from another is read from the state of that one; secrets stay apart', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'source');
  const spec = { parametersFrom: [{ parameter: 'text', service: 'source', output: 'text' }, { parameter: 'token', service: 'source', output: 'token' }] };
  await createService(plane, 'user', spec);
  const early = await assign(plane, await createJob(plane, 'user'), agent);
  await t.rejects(agent.claim(early), refused('Conflict', /has no output "text" \(yet\)/));
  t.match(await plane.as('admin').jobs.get(early.metadata.name, 'default'), { status: { phase: 'Failed', error: { retryable: true } } });
  const outputs = { text: { value: 'from source', type: 'string' }, token: { value: 'hunter2', type: 'string', sensitive: true } };
  const { state } = claim.inputs;
  const basic = { authorization: `Basic ${Buffer.from(`x:${state.password}`).toString('base64')}`, 'content-type': 'application/json' };
  await fetch(state.address, { method: 'LOCK', headers: basic, body: JSON.stringify({ ID: 'l1' }) });
  const written = await fetch(`${state.address}?ID=l1`, { method: 'POST', headers: basic, body: JSON.stringify({ version: 4, serial: 1, lineage: 'x', outputs, resources: [] }) });
  t.equal(written.status, 200);
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(plane, 'user');
  const { claim: user } = await running(plane, agent, 'user');
  t.match(user.inputs, { variables: { text: 'from source' }, secret: { token: 'hunter2' }, inputs: { text: 'from source' } });
  t.notMatch(JSON.stringify([user.inputs.variables, user.inputs.inputs]), /hunter2/);
});

t.test('a bundle is fetched by its digest', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { claim } = await running(plane, agent, 'svc');
  const bundle = await agent.transport.json<{ root: string; files: Record<string, string> }>({ path: `/agent/v1/modules/${claim.inputs.module}/bundle` });
  t.equal(bundle.root, 'note');
  t.same(Object.keys(bundle.files), ['note/main.tf', 'stamp/main.tf']);
  await t.rejects(agent.transport.json({ path: `/agent/v1/modules/sha256-${'0'.repeat(64)}/bundle` }), refused('NotFound'));
  const stranger = new Client({ server: plane.url, token: 'spawnit.v1.x.y' });
  t.teardown(() => stranger.close());
  await t.rejects(stranger.transport.json({ path: `/agent/v1/modules/${claim.inputs.module}/bundle` }), refused('Unauthorized'));
});
