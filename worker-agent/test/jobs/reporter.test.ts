import { Client } from '@spawnit/contract';
import { tempDir, type Teardown } from '@spawnit/testkit';
import { join } from 'node:path';
import { pino } from 'pino';
import t from 'tap';
import { Reporter } from '../../src/jobs/reporter.js';
import { JobRunner } from '../../src/jobs/runner.js';
import { ServiceLocks } from '../../src/jobs/service-locks.js';
import { Spool, type SpoolEntry } from '../../src/jobs/spool.js';
import { AgentLoad } from '../../src/load.js';
import { readState, recoverState } from '../../src/tofu/state.js';

const access = { address: 'http://server/state/v1/default/a', username: 'a', password: 'p' };
const entry: SpoolEntry = { namespace: 'default', job: 'a-1', epoch: 1, finish: { phase: 'Failed' }, state: { ...access, recover: `${access.address}/recover`, body: '{}' } };
const refusal = JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 409 });
const answering = (statusCode: number, text = refusal) => (async () => ({ statusCode, body: { text: async () => text } })) as never;

t.test('a state that was left is safe only where it was taken or kept aside; what else is said of it leaves its only copy', async (t) => {
  const said = (statusCode: number) => recoverState(access, entry.state!.recover, Buffer.from('{}'), answering(statusCode));
  for (const status of [200, 204, 400, 409, 423]) t.equal(await said(status), 'Settled', String(status));
  for (const status of [408, 429, 500, 503]) t.equal(await said(status), 'Later', String(status));
  for (const status of [302, 401, 403, 404, 413]) t.equal(await said(status), 'Refused', String(status));
  for (const status of [400, 409, 423]) t.equal(await recoverState(access, entry.state!.recover, Buffer.from('{}'), answering(status, '<h1>Bad Request</h1>')), 'Refused', `${status} of a balancer`);
});

/** A reporter whose server answers what `status` says to a state, and takes every result. */
async function reporterWith(t: Teardown, status: { recover: number }, SpoolOf = Spool) {
  const dir = join(tempDir(t), 'spool');
  const spool = new SpoolOf(dir);
  const finished: unknown[] = [];
  const request = (async (url: string | URL, { body }: { body?: unknown }) => {
    const recovers = String(url).endsWith('/recover');
    if (!recovers) finished.push(body);
    const text = async () => (recovers ? refusal : '{}');
    return { statusCode: recovers ? status.recover : 200, headers: { 'content-type': 'application/json' }, body: { text, json: async () => ({}), dump: async () => undefined } };
  }) as never;
  const { transport } = new Client({ server: 'http://server', token: 'x', userAgent: 'test', request });
  const reporter = new Reporter(spool, () => transport, pino({ enabled: false }), new AgentLoad());
  return { dir, finished, reporter, spool };
}

t.test('a refused state stays on the node until it is taken, and holds its result back no longer', async (t) => {
  const status = { recover: 413 };
  const { dir, finished, reporter } = await reporterWith(t, status);
  await reporter.add(entry);
  await reporter.flush();
  t.equal(finished.length, 1, 'the result is told');
  await reporter.flush();
  t.equal(finished.length, 1, 'once');
  t.match(await new Spool(dir).all(), [{ job: 'a-1', state: { body: '{}' } }], 'and the state is still there');
  status.recover = 409;
  await reporter.flush();
  t.same(await new Spool(dir).all(), []);
  t.same(reporter.pending(), []);
});

/** A disk that takes nothing while it is broken. */
class BreakableSpool extends Spool {
  broken = false;
  override put(entry: SpoolEntry): Promise<void> {
    return this.broken ? Promise.reject(new Error('ENOSPC')) : super.put(entry);
  }
  override remove(entry: SpoolEntry): Promise<void> {
    return this.broken ? Promise.reject(new Error('EIO')) : super.remove(entry);
  }
}

t.test('a disk that refuses ends no agent: what it would not let go of is settled with a later heartbeat', async (t) => {
  const status = { recover: 503 };
  const { reporter, spool } = await reporterWith(t, status, BreakableSpool);
  await reporter.add(entry);
  await reporter.flush();
  (spool as BreakableSpool).broken = true;
  const runner = new JobRunner({ log: pino({ enabled: false }) } as never, reporter, new ServiceLocks(), 'session', () => false);
  await t.resolves(runner.revoke(['default/a-1']), 'what is not ours any more');
  status.recover = 200;
  await t.resolves(reporter.flush(), 'what is to be told');
  t.same(reporter.pending(), ['default/a-1']);
  (spool as BreakableSpool).broken = false;
  await reporter.flush();
  t.same(reporter.pending(), []);
});

t.test('a result that the server does not take as it is ends its job all the same: else the job would be run again and again', async (t) => {
  const answers = [413, 200];
  const told: { phase: string; error?: { summary: string } }[] = [];
  const request = (async (_url: string | URL, { body }: { body: string }) => {
    told.push(JSON.parse(body) as (typeof told)[number]);
    const code = answers[told.length - 1]!;
    const text = async () => (code === 200 ? '{}' : JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'PayloadTooLarge', code }));
    return { statusCode: code, headers: { 'content-type': 'application/json' }, body: { text, json: async () => ({}) } };
  }) as never;
  const { transport } = new Client({ server: 'http://server', token: 'x', userAgent: 'test', request });
  const reporter = new Reporter(new Spool(join(tempDir(t), 'spool')), () => transport, pino({ enabled: false }), new AgentLoad());
  await reporter.add({ namespace: 'default', job: 'a-1', epoch: 1, finish: { phase: 'Succeeded', outputs: { text: { value: 'x' } } } });
  await reporter.flush();
  t.match(told, [{ phase: 'Succeeded' }, { phase: 'Failed', error: { summary: /could not be recorded/, cause: 'Unknown' } }]);
  t.notOk('outputs' in told[1]!);
  t.same(reporter.pending(), []);
});

t.test('a state that was written is never believed to be none, whoever says so', async (t) => {
  const body = { text: async () => '404 page not found', dump: async () => undefined };
  const request = (async () => ({ statusCode: 404, body })) as never;
  t.equal(await readState(access, request), undefined, 'of one that nobody has written yet it is true');
  await t.rejects(readState({ ...access, serial: 3 }, request), { error: { cause: 'StateConflict' } } as never);
});

t.test('what is no state is not taken for one that knows of nothing', async (t) => {
  const read = (text: string) => readState({ ...access, serial: 3 }, answering(200, text));
  const state = { version: 4, serial: 3, lineage: 'l', resources: [] };
  t.same(await read(JSON.stringify(state)), state);
  for (const text of ['{"status":"ok"}', '<h1>Welcome</h1>', '', 'null', '[]', '{"lineage":"l"}']) await t.rejects(read(text), { error: { cause: 'StateConflict' } } as never, text);
});
