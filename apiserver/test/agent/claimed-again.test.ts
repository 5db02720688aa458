import { revisionKind } from '@spawnit/contract';
import t from 'tap';
import { recordKey } from '../../src/resources/records.js';
import { findState, type HeldLock } from '../../src/state/records.js';
import { assign, createJob, createService, HandAgent, startPlane } from './plane.js';

type Tap = Parameters<typeof startPlane>[0];

/** A job of which the second claim was answered, whose run writes its log and holds the lock of the state. */
async function runningByItsSecondClaim(t: Tap) {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  await createService(plane, 'svc');
  const job = await assign(plane, await createJob(plane, 'svc'), agent);
  const claim = (attempt: number) => agent.claim(job, 1, attempt);
  await claim(1);
  const { inputs } = await claim(2);
  await agent.log(job, 0, 'one\n');
  const authorization = `Basic ${Buffer.from(`run:${inputs.state.password}`).toString('base64')}`;
  await fetch(inputs.state.address, { method: 'LOCK', headers: { authorization }, body: '{"ID":"its own"}' });
  const lock = (): HeldLock | undefined => findState(plane.context.registry.view, 'default', inputs.serviceUid)?.lock;
  const log = () => plane.as('admin').transport.text({ path: `/apis/spawnit.dev/v1/namespaces/default/jobs/${job.metadata.name}/log` });
  return { plane, agent, job, inputs, claim, lock, log };
}

t.test('a claim that arrives once more, or after a later one, takes nothing from the run that has begun', async (t) => {
  const { agent, job, inputs, claim, lock, log } = await runningByItsSecondClaim(t);
  t.match((await claim(2)).inputs.variables, inputs.variables, 'the same claim is answered the same');
  await t.rejects(claim(1), { code: 'Conflict', message: /claim 1 of this agent comes after claim 2/ });
  t.match(lock(), { info: { ID: 'its own' }, job: job.metadata.name });
  t.same(await agent.log(job, 4, 'two\n'), { bytes: 8 }, 'its log goes on where it was');
  t.equal(await log(), 'one\ntwo\n');
});

t.test('a claim that arrives once more ends no run, though by now it could not be answered', async (t) => {
  const { plane, job, claim } = await runningByItsSecondClaim(t);
  const phase = async () => (await plane.as('admin').jobs.get(job.metadata.name, 'default')).status?.phase;
  await plane.context.registry.write('test', () => ({ ops: [{ op: 'delete', key: recordKey(revisionKind, 'default', job.spec.revision) }], result: undefined }));
  await t.rejects(claim(2), { code: 'Conflict', message: /revision .* is gone/ });
  t.equal(await phase(), 'Running');
  await t.rejects(claim(3), { code: 'Conflict' });
  t.equal(await phase(), 'Failed', 'one that begins a run and can not, does');
});

t.test('a later claim, and the first one of an agent that was started anew, begin another run', async (t) => {
  const { plane, agent, job, claim, lock } = await runningByItsSecondClaim(t);
  await claim(3);
  t.equal(lock(), undefined);
  await t.rejects(claim(2), { code: 'Conflict' });
  const anew = await HandAgent.with(t, plane, 'n1', agent.token);
  t.equal((await anew.claim(job, 1, 1)).type, 'Apply');
  t.equal((await anew.claim(job, 1)).type, 'Apply', 'an agent of before counts nothing');
});
