import t from 'tap';
import { condition, type FinishRequest } from '@spawnit/contract';
import { startApiserver, startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';
import { create, jobsOf, phaseOf, standsOn } from './star.js';

const done: FinishRequest = { phase: 'Succeeded', stages: undefined };

t.test('work moves from agents that are gone, beside a real apiserver and reconciler', { timeout: 600_000, jobs: 3 }, async (all) => {
  const api = await startApiserver(all);
  const admin = api.client('admin');
  startControllerProgram(all, api, 'reconciler');
  startControllerProgram(all, api, 'scheduler');
  const agent = (name: string, rack: string, more: object = {}) => startStandInAgent(all, api, { name, labels: { rack }, ...more });
  const on = (rack: string) => ({ placement: { nodeSelector: { rack } } });
  const moved = (service: string, to: string) =>
    waitFor(async () => standsOn(await admin.services.get(service, 'default'), to), { what: `service ${service} to stand on ${to}` });

  const silent = all.test('the work of a silent agent moves to another, under a new epoch', { buffered: true }, async (t) => {
    const lost = await agent('n1', 'a', { onJob: (job: { spec: { service: string } }) => (job.spec.service === 'busy' ? undefined : done) });
    for (const name of ['busy', 'resting']) await create(admin, name, on('a'));
    const before = await phaseOf(admin, 'resting', 'Ready');
    const running = await waitFor(async () => (await jobsOf(admin, 'busy')).find((job) => job.status?.phase === 'Running'), { what: 'the job to run' });
    await agent('n2', 'a');
    lost.silence();
    const at = performance.now();
    const after = await moved('resting', 'n2');
    t.comment(`taken over ${Math.round(performance.now() - at)} ms after the silence began`);
    t.ok(after.status!.epoch! > before.status!.epoch!);
    t.match(condition(await admin.nodes.get('n1'), 'Ready'), { status: 'False', reason: 'HeartbeatsStopped' });
    t.match((await admin.jobs.get(running.metadata.name, 'default')).status, { phase: 'Lost', error: { cause: 'LeaseLost' } });
    await moved('busy', 'n2');
  });

  const shared = all.test('another node of the same engine takes over without leaving it', { buffered: true }, async (t) => {
    const engine = { status: { abilities: ['docker'], engine: 'shared' } };
    const lost = await agent('n3', 'b', engine);
    await create(admin, 'kept', on('b'));
    await phaseOf(admin, 'kept', 'Ready');
    await agent('n4', 'b');
    await agent('n5', 'b', engine);
    lost.silence();
    t.equal((await moved('kept', 'n5')).status?.engine, 'shared');
  });

  const deleted = all.test('a node whose record is deleted loses its work once its lease must have ended', { buffered: true }, async (t) => {
    await agent('n6', 'c');
    await create(admin, 'orphan', on('c'));
    await phaseOf(admin, 'orphan', 'Ready');
    await agent('n7', 'c');
    await admin.nodes.delete('n6');
    t.equal(condition(await moved('orphan', 'n7'), 'Scheduled')?.reason, 'Moved');
  });

  await Promise.all([silent, shared, deleted]);
});
