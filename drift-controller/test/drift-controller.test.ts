import { request } from 'node:http';
import t from 'tap';
import { condition, serviceKind, type CheckOrder, type CheckResult, type Client, type Service } from '@spawnit/contract';
import { freePort, startApiserver, startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';
import { aField } from './builders.js';

t.test('the drift controller beside the real control plane, with a stand-in for the agent', { timeout: 600_000 }, async (all) => {
  const api = await startApiserver(all, { store: 'files' });
  const admin = api.client('admin');
  const metricsPort = await freePort();
  startControllerProgram(all, api, 'reconciler');
  startControllerProgram(all, api, 'scheduler');
  let drift = startControllerProgram(all, api, 'drift-controller', { SPAWNIT_METRICS_PORT: String(metricsPort) });

  const found = new Map<string, Partial<CheckResult> | 'silence'>();
  const asked: string[] = [];
  const onCheck = ({ inputs }: CheckOrder) => {
    asked.push(inputs.service);
    const result = found.get(inputs.service) ?? {};
    return result === 'silence' ? undefined : result;
  };
  const agent = await startStandInAgent(all, api, { name: 'n1', onCheck });

  await all.test('what is found Drifted is flagged with its fields and told by an event, and is compliant again when it is', async (t) => {
    await create(admin, 'web');
    await verdictOf(admin, 'web', 'Compliant');
    found.set('web', { verdict: 'Drifted', fields: [aField('memory')] });
    const drifted = await verdictOf(admin, 'web', 'Drifted');
    t.match(drifted.status?.drift?.fields, [{ resource: 'docker_container.this', field: 'memory', desired: '512', live: '256' }]);
    t.match(condition(drifted, 'Compliant'), { status: 'False', reason: 'Drifted', message: 'docker_container.this memory: declared 512, real 256' });
    await phaseOf(admin, 'web', 'Drifted');
    found.delete('web');
    await verdictOf(admin, 'web', 'Compliant');
    await phaseOf(admin, 'web', 'Ready');
    const events = (await admin.events.list({ namespace: 'default', fieldSelector: 'involvedObject.name=web' })).items.filter((each) => each.source.component === 'drift-controller');
    t.strictSame(events.map((each) => `${each.type} ${each.reason}`).sort(), ['Normal Compliant', 'Warning Drifted']);
  });

  await all.test('checks that find nothing new write nothing', async (t) => {
    const before = (await admin.services.get('web', 'default')).metadata.resourceVersion;
    const checks = asked.length;
    await waitFor(() => asked.length >= checks + 3, { what: 'three more checks' });
    t.equal((await admin.services.get('web', 'default')).metadata.resourceVersion, before);
  });

  await all.test('a check that fails is no drift, is told at the second time, and stops nothing else', async (t) => {
    await create(admin, 'other');
    await verdictOf(admin, 'other', 'Compliant');
    const error = { summary: 'the Docker engine does not answer', cause: 'EngineUnreachable', hint: 'Start it.', retryable: true } as const;
    found.set('other', { verdict: 'Unknown', error });
    const unknown = await verdictOf(admin, 'other', 'Unknown');
    t.match(condition(unknown, 'Compliant'), { status: 'Unknown', reason: 'EngineUnreachable', message: 'the Docker engine does not answer Start it.' });
    t.strictSame(unknown.status?.drift?.fields, []);
    const checks = asked.filter((each) => each === 'web').length;
    await waitFor(() => asked.filter((each) => each === 'web').length > checks + 1, { what: 'the neighbour to be checked all the same' });
    found.delete('other');
    await verdictOf(admin, 'other', 'Compliant');
  });

  await all.test('a suspended service is left alone, and checked again when it is resumed', async (t) => {
    await admin.services.patch('other', 'default', { spec: { suspend: true } });
    await phaseOf(admin, 'other', 'Suspended');
    const checks = asked.filter((each) => each === 'other').length;
    const neighbours = asked.filter((each) => each === 'web').length;
    await waitFor(() => asked.filter((each) => each === 'web').length > neighbours + 2, { what: 'its neighbour to be checked' });
    t.ok(asked.filter((each) => each === 'other').length <= checks + 1, 'one at most was under way');
    await admin.services.patch('other', 'default', { spec: { suspend: false } });
    await waitFor(() => asked.filter((each) => each === 'other').length > checks + 1, { what: 'it to be checked again' });
  });

  await all.test('what an agent suspects is checked at once, however long its interval is', async (t) => {
    const { metadata } = await create(admin, 'rare', 86_400);
    await phaseOf(admin, 'rare', 'Ready');
    const suspicion = { namespace: 'default', name: 'rare', uid: metadata.uid! };
    // The stream may be opened only just now; a suspicion that nobody hears is lost.
    await waitFor(() => agent.suspect([suspicion]).then(() => asked.includes('rare')), { what: 'the check of what is suspected' });
    await t.rejects(agent.suspect([{ ...suspicion, uid: 7 as unknown as string }]), 'only well-formed ones');
    await create(admin, 'foreign', 86_400);
    await phaseOf(admin, 'foreign', 'Ready');
    const checks = asked.length;
    await agent.suspect([{ ...suspicion, name: 'foreign' }, suspicion]);
    await waitFor(() => asked.slice(checks).includes('rare'), { what: 'the one to be checked again' });
    t.equal(asked.includes('foreign'), false, 'and only who is meant');
  });

  await all.test('it is killed and carries on, and so it does when the apiserver is', async () => {
    drift.kill('SIGKILL');
    await drift.exited;
    drift = startControllerProgram(all, api, 'drift-controller', { SPAWNIT_METRICS_PORT: String(metricsPort) });
    found.set('web', { verdict: 'Drifted', fields: [aField('image')] });
    await verdictOf(admin, 'web', 'Drifted');
    await api.restart();
    found.delete('web');
    await verdictOf(admin, 'web', 'Compliant');
  });

  await all.test('checks and verdicts are counted', async (t) => {
    found.set('web', { by: 'Plan', contradicts: true });
    await waitFor(async () => /^spawnit_drift_contradictions_total [1-9]/m.test(await get(metricsPort, '/metrics')), { what: 'a contradiction to be counted' });
    found.set('web', { by: 'Reads' });
    await waitFor(async () => /^spawnit_drift_checks_total\{ended="compliant",by="reads"\} [1-9]/m.test(await get(metricsPort, '/metrics')), { what: 'a check by reads to be counted' });
    const metrics = await get(metricsPort, '/metrics');
    t.match(metrics, /^spawnit_drift_checks_total\{ended="compliant",by="plan"\} [1-9]/m);
    t.match(metrics, /^spawnit_drift_verdicts_total\{verdict="Drifted"\} 1$/m);
    t.match(metrics, /^spawnit_drift_check_lateness_seconds_count [1-9]/m);
  });

  await all.test('what stands on a silent node is Unknown, not fine', async (t) => {
    agent.silence();
    const unknown = await verdictOf(admin, 'web', 'Unknown');
    t.match(condition(unknown, 'Compliant'), { status: 'Unknown', reason: 'NodeUnreachable' });
  });

  await all.test('it ends cleanly when told to', async (t) => {
    t.strictSame(await drift.stop(60_000), { code: 0, signal: null });
  });
});

function create(client: Client, name: string, intervalSeconds = 1): Promise<Service> {
  const spec = { template: 'container', parameters: { image: 'test' }, drift: { intervalSeconds } };
  return client.services.create({ apiVersion: 'spawnit.dev/v1', kind: serviceKind.kind, metadata: { name, namespace: 'default' }, spec } as unknown as Service);
}

function until(client: Client, name: string, what: string, holds: (service: Service) => boolean): Promise<Service> {
  const look = async () => {
    const service = await client.services.get(name, 'default');
    return holds(service) ? service : undefined;
  };
  return waitFor(look, { what: `service ${name} to be ${what}` });
}

function verdictOf(client: Client, name: string, verdict: string): Promise<Service> {
  return until(client, name, verdict, (service) => service.status?.drift?.verdict === verdict);
}

function phaseOf(client: Client, name: string, phase: string): Promise<Service> {
  return until(client, name, phase, (service) => service.status?.phase === phase);
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ port, path, host: '127.0.0.1' }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
