import { setImmediate as turn } from 'node:timers/promises';
import { ApiError, Unreachable, type Job } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import { pino } from 'pino';
import t from 'tap';
import type { NodeParts } from '../../src/jobs/parts.js';
import type { Reporter } from '../../src/jobs/reporter.js';
import { JobRunner } from '../../src/jobs/runner.js';
import { ServiceLocks } from '../../src/jobs/service-locks.js';

/** A runner with a job to claim, whose transport stands in for one that reaches a server with nothing but `error` to say. */
function claiming(error: Error): { runner: JobRunner; claims: () => number; attempts: () => unknown[]; againInMs: () => (number | undefined)[] } {
  const lines: { againInMs?: number }[] = [];
  const attempts: unknown[] = [];
  const json = ({ body }: { body: { attempt: unknown } }) => {
    attempts.push(body.attempt);
    return Promise.reject(error);
  };
  const parts = { log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) }), load: {}, config: { node: 'n', slots: 2 }, lease: { phase: 'held' }, transport: () => ({ json }) };
  const locks = new ServiceLocks();
  const runner = new JobRunner(parts as unknown as NodeParts, { has: () => false, pending: () => [] } as unknown as Reporter, locks, 'session', () => true);
  locks.onRelease.add(() => runner.consider());
  runner.sync([{ metadata: { namespace: 'default', name: 'job', resourceVersion: '1' }, spec: { serviceUid: 'u' }, status: { phase: 'Assigned', node: 'n', epoch: 1 } } as Job]);
  return { runner, claims: () => attempts.length, attempts: () => attempts, againInMs: () => lines.map((line) => line.againInMs) };
}

for (const error of [new Unreachable('ECONNREFUSED'), new ApiError('ServiceUnavailable', 'not now')]) {
  t.test(`a claim that failed (${error.name}: ${error.message}) is sent again by itself, after a pause that grows`, async (t) => {
    const { runner, claims, attempts, againInMs } = claiming(error);
    for (let i = 0; i < 100; i++) {
      runner.consider();
      await turn();
    }
    t.equal(claims(), 1, 'not at once, whoever asks');
    t.same(runner.running(), [], 'its slot is free for other jobs');
    await waitFor(() => claims() === 3, { what: 'it to be sent twice more' });
    await waitFor(() => againInMs().length === 3, { what: 'that to be logged' });
    t.same(againInMs(), [1_000, 2_000, 4_000]);
    t.same(attempts(), [1, 2, 3], 'the server tells one from another');
  });
}

t.test('a claim that was refused for good is not sent again until its job changes', async (t) => {
  const { runner, claims, againInMs } = claiming(new ApiError('EpochPassed', 'too late'));
  await waitFor(() => againInMs().length === 1, { what: 'the refusal' });
  runner.consider();
  await turn();
  t.equal(claims(), 1);
  t.same(againInMs(), [undefined]);
});
