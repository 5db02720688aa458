import t from 'tap';
import type { EngineCall } from './engine-tap.js';
import { Findings } from './findings.js';
import { JobLogs } from './job-logs.js';
import { LogKeeper } from './log-keeper.js';
import type { Op } from './log-reader.js';
import { OneApplier } from './one-applier.js';

/** A log that is written by the test, as commits of the given operations. */
function scene() {
  const findings = new Findings(() => undefined);
  const log = new LogKeeper(findings);
  let prev = '0'.repeat(64);
  const commit = (...ops: Op[]) => {
    const hash = `hash-${log.seq + 1}`;
    log.take({ seq: log.seq + 1, id: `id-${log.seq + 1}`, prev, hash, requestIds: [], ops });
    prev = hash;
  };
  return { findings, log, commit, told: () => findings.broken.map(({ promise }) => promise) };
}

const service = (epoch: number, node: string): Op => ({ op: 'put', key: 'services/default/one', value: { metadata: { name: 'one', namespace: 'default', uid: 'u1' }, status: { epoch, node } } });
const job = (phase: string, more: object = {}): Op => ({ op: 'put', key: 'jobs/default/j1', value: { metadata: { name: 'j1', namespace: 'default', uid: 'j' }, spec: { type: 'Apply', service: 'one' }, status: { phase, ...more } } });
const state = (serial: number, epoch: number): Op => ({ op: 'put', key: 'states/default/u1', value: { service: 'one', current: { key: `blob-${serial}-${epoch}`, serial, lineage: 'l', epoch } } });
const create = (agent: string, more: Partial<EngineCall> = {}): EngineCall => ({ agent, at: 0, method: 'POST', path: '/containers/create?name=default.one', labels: { 'spawnit.dev/uid': 'u1' }, status: 201, answer: '{"Id":"c1"}', ...more });

t.test('who changes something after another has been given the service is told', async (t) => {
  const { findings, log, commit, told } = scene();
  const applier = new OneApplier(findings, log);
  commit(service(1, 'agent-1'));
  applier.called(create('agent-1'));
  await applier.follow(async () => undefined);
  commit(service(2, 'agent-2'));
  applier.called({ ...create('agent-2'), method: 'DELETE', path: '/containers/c1', labels: undefined });
  await applier.follow(async () => undefined);
  applier.judge();
  t.same(told(), [], 'each in its turn');
  applier.called({ ...create('agent-1'), path: '/containers/c1/start', labels: undefined });
  await applier.follow(async () => undefined);
  applier.judge();
  t.same(told(), ['I1']);
  t.equal(applier.judged, 3);
});

t.test('a call that was seen before its assignment was read is right, and one whose right came only later is not', async (t) => {
  const { findings, log, commit, told } = scene();
  const applier = new OneApplier(findings, log);
  applier.called(create('agent-1'));
  await applier.follow(async () => commit(service(1, 'agent-1')));
  applier.judge();
  t.same(told(), []);
  applier.called(create('agent-2'));
  await applier.follow(async () => undefined);
  commit(service(2, 'agent-2'));
  applier.judge();
  t.same(told(), ['I1']);
});

t.test('a name that was taken is told, by the engine and by the log of a job', async (t) => {
  const { findings, log, commit, told } = scene();
  const applier = new OneApplier(findings, log);
  commit(service(1, 'agent-1'), job('Failed'));
  applier.called(create('agent-1', { status: 409, answer: 'Conflict. The container name "/default.one" is already in use' }));
  await applier.follow(async () => undefined);
  applier.judge();
  t.same(told(), ['adoption']);
  await new JobLogs(findings, async () => 'Error: the name "/default.one" is already in use').judge(log);
  t.same(told(), ['adoption', 'adoption']);
});

t.test('two containers of one service at once are told', async (t) => {
  const { findings, log, told } = scene();
  const applier = new OneApplier(findings, log);
  applier.stands('u1', 'c1', true);
  applier.stands('u1', 'c1', false);
  applier.stands('u1', 'c2', true);
  t.same(told(), []);
  applier.stands('u1', 'c3', true);
  t.same(told(), ['I1']);
});

t.test('a job that ends twice, a state of a passed epoch, an epoch that falls and a log that was changed are told', async (t) => {
  const { commit, log, told } = scene();
  commit(service(2, 'agent-1'), job('Assigned'));
  commit(job('Running'), state(1, 2));
  commit(job('Succeeded'));
  t.same(told(), []);
  commit(job('Failed'));
  t.same(told(), ['I7']);
  commit(state(2, 1));
  commit(state(1, 2));
  t.same(told(), ['I7', 'I3', 'I3']);
  commit(service(1, 'agent-1'));
  t.same(told().at(-1), 'I1');
  log.take({ seq: log.seq + 1, id: 'other', prev: 'something else', hash: 'h', requestIds: [], ops: [] });
  t.same(told().at(-1), 'I4');
});

t.test('a log that ends early without a mark is told, and one that says so is not', async (t) => {
  const { findings, log, commit, told } = scene();
  const done = 'Apply complete! Resources: 1 added';
  commit(job('Succeeded', { log: { bytes: 100, gaps: 0 } }));
  await new JobLogs(findings, async () => `${done}\n[spawnit: 66 bytes of this log are missing here]\n`).judge(log);
  t.same(told(), []);
  await new JobLogs(findings, async () => done).judge(log);
  t.same(told(), ['I7']);
});
