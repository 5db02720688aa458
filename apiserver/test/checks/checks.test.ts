import { jobUnderWay, type CheckResult } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import { get } from 'node:http';
import t from 'tap';
import { Checks } from '../../src/checks/checks.js';
import { HandAgent, running, startPlane } from '../agent/plane.js';
import { applied, compliant, connect, withStream } from './connected.js';

t.test('a check goes to the node of the service, and its answer back to who asked', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  await applied(plane, agent, 'svc');
  const controller = plane.as('drift-controller');
  await t.rejects(controller.check('default', 'svc'), { code: 'ServiceUnavailable', message: /not connected/ });
  const stream = await connect(t, agent);
  await waitFor(() => stream.lines() > 0, { what: 'the stream to be open' });
  const asked = controller.check('default', 'svc');
  const order = await waitFor(() => stream.orders[0], { what: 'the order' });
  t.match(order.inputs, { service: 'svc', epoch: 1, secret: { token: 'hunter2' }, state: { address: `${plane.url}/state/v1/default/svc` } });
  const { state } = order.inputs;
  const authorization = `Basic ${Buffer.from(`x:${state.password}`).toString('base64')}`;
  t.equal((await fetch(state.address, { method: 'LOCK', body: '{"ID":"1"}', headers: { authorization } })).status, 403, 'a check only reads');
  const stranger = await HandAgent.join(t, plane, 'n2');
  await t.rejects(stranger.post(`/agent/v1/nodes/n2/checks/${order.id}`, compliant(1)), { code: 'NotFound' });
  await t.rejects(stranger.post(`/agent/v1/nodes/n1/checks/${order.id}`, compliant(1)), { code: 'Forbidden' });
  await agent.post(`/agent/v1/nodes/n1/checks/${order.id}`, compliant(1));
  t.match(await asked, compliant(1));
  await t.rejects(agent.post(`/agent/v1/nodes/n1/checks/${order.id}`, compliant(1)), { code: 'NotFound' });
});

t.test('how old the verdict is, and how often it is made, is told from memory and written nowhere', async (t) => {
  const { plane, agent, stream } = await withStream(t);
  const admin = plane.as('admin');
  await t.rejects(admin.lastCheck('default', 'svc'), { code: 'NotFound', message: /not been checked/ });
  await t.rejects(agent.transport.json({ path: '/apis/spawnit.dev/v1/namespaces/default/services/svc/check' }), { code: 'Forbidden' });
  const before = (await admin.services.get('svc', 'default')).metadata.resourceVersion;
  const answer = async (id: string, more: Partial<CheckResult>) => agent.post(`/agent/v1/nodes/n1/checks/${id}`, { ...compliant(1), ...more });
  const asked = plane.as('drift-controller').check('default', 'svc', undefined, { everySeconds: 12.5 });
  await answer((await waitFor(() => stream.orders[0], { what: 'the order' })).id, { by: 'Reads' });
  await asked;
  const last = await admin.lastCheck('default', 'svc');
  t.match(last, { verdict: 'Compliant', by: 'Reads', durationMs: 5, intervalSeconds: 10, everySeconds: 12.5 });
  t.ok(last.ageSeconds >= 0 && last.ageSeconds < 30);
  const byHand = admin.check('default', 'svc');
  await answer((await waitFor(() => stream.orders[1], { what: 'the second order' })).id, { verdict: 'Unknown', error: { summary: 'busy', cause: 'Busy', hint: 'Wait.', retryable: true } });
  await byHand;
  t.match(await admin.lastCheck('default', 'svc'), { verdict: 'Compliant', everySeconds: 12.5 }, 'one that came to nothing has compared nothing');
  t.equal((await admin.services.get('svc', 'default')).metadata.resourceVersion, before);
});

t.test('a template that gets other defaults changes nothing of what is checked until the next generation', async (t) => {
  const { plane, agent, stream } = await withStream(t);
  const admin = plane.as('admin');
  const { properties, ...rest } = (await admin.templates.get('note')).spec.parameters;
  await admin.templates.patch('note', undefined, { spec: { parameters: { ...rest, properties: { ...properties, text: { ...properties['text'], default: 'good morning' } } } } });
  const asked = admin.check('default', 'svc');
  const { id, inputs } = await waitFor(() => stream.orders[0], { what: 'the order' });
  t.same(inputs.variables, { text: 'hello' });
  await agent.post(`/agent/v1/nodes/n1/checks/${id}`, compliant(1));
  await asked;
});

t.test('a node that goes away in the middle is told at once', async (t) => {
  const { plane, stream } = await withStream(t);
  const asked = plane.as('admin').check('default', 'svc');
  asked.catch(() => undefined);
  await waitFor(() => stream.orders.length > 0, { what: 'the order' });
  stream.close();
  await t.rejects(asked, { code: 'ServiceUnavailable', message: /connection broke/ });
});

t.test('what is being changed, or was never applied, is not checked; and not by everybody', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  await running(plane, agent, 'svc');
  await t.rejects(plane.as('admin').check('default', 'svc'), { code: 'Conflict', message: /nothing was applied yet/ });
  await t.rejects(plane.as('admin').check('default', 'none'), { code: 'NotFound' });
  await t.rejects(plane.as('scheduler').check('default', 'svc'), { code: 'Forbidden' });
  await applied(plane, agent, 'other');
  await running(plane, agent, 'other');
  await t.rejects(plane.as('admin').check('default', 'other'), { code: 'Conflict', message: /is under way/, details: { causes: [{ reason: jobUnderWay }] } });
});

t.test('a check that is not answered in time is given up', async (t) => {
  const checks = new Checks('one', 20);
  checks.connect('n', { send: () => undefined, end: () => undefined, server: 'http://here' });
  await t.rejects(checks.order('n', {} as never, new AbortController().signal), { code: 'Timeout', message: /within 0.02 s/ });
});

t.test('a node that connects twice has its first stream ended, so that it never listens to one that gets no orders', async (t) => {
  const checks = new Checks('s');
  const ended: string[] = [];
  const stream = (name: string) => ({ send: () => undefined, end: () => void ended.push(name), server: 'http://here' });
  const first = checks.connect('n', stream('first'));
  const second = checks.connect('n', stream('second'));
  t.same(ended, ['first']);
  first();
  t.equal(checks.serverFor('n'), 'http://here', 'the end of the first leaves the second');
  second();
  t.equal(checks.serverFor('n'), undefined);
});

t.test('a node that takes no orders from its stream is closed, and what waits for it does not grow', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  await applied(plane, agent, 'svc', { text: 'x'.repeat(300_000) });
  const deaf = get(`${plane.url}/agent/v1/nodes/n1/checks`, { headers: { authorization: `Bearer ${agent.token}` } }, (answer) => answer.pause()).on('error', () => undefined);
  t.teardown(() => deaf.destroy());
  await waitFor(() => plane.context.streams.size === 1, { what: 'the stream to be open' });
  const checks = await Promise.allSettled(Array.from({ length: 120 }, () => plane.as('drift-controller').check('default', 'svc')));
  for (const check of checks) t.match(check, { status: 'rejected', reason: { code: 'ServiceUnavailable' } });
  t.equal(plane.context.streams.size, 0);
  t.equal(plane.context.streams.pressure.closed, 1);
});
