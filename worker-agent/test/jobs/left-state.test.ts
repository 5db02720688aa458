import { tempDir } from '@spawnit/testkit';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { handIn, letGo } from '../../src/jobs/left-state.js';
import { Workdirs } from '../../src/workdir/workdirs.js';

t.test('a run begins only when the state that an earlier one has left is taken; a refusal is said once and drops nothing', async (t) => {
  const dir = tempDir(t);
  const workdirs = new Workdirs(dir);
  const left = join(dir, 'services/uid/m/errored.tfstate');
  mkdirSync(dirname(left), { recursive: true });
  writeFileSync(left, '{"version":4,"serial":3}');
  const answers = [413, 401, 200];
  const kept: boolean[] = [];
  const request = async () => {
    kept.push((await workdirs.erroredState('uid', 'm')) !== undefined);
    return { statusCode: answers.shift(), body: { text: async () => '' } };
  };
  const errors: unknown[] = [];
  const parts = { workdirs, log: { error: (...words: unknown[]) => errors.push(words) }, transport: () => ({ options: { request } }) };
  const inputs = { serviceUid: 'uid', service: 'a', epoch: 2, root: 'm', state: { address: 'http://server/state', username: 'u', password: 'p' } };
  const { claim } = await handIn(parts as never, { ended: undefined } as never, { type: 'Apply', inputs } as never);
  t.same(kept, [true, true, true]);
  t.equal(errors.length, 1);
  t.equal(claim.inputs.state.serial, 3, 'the run knows of it');
  t.equal(await workdirs.erroredState('uid', 'm'), undefined);
});

t.test('a state of which is not known any more who has left it outlives its service on this node', async (t) => {
  const dir = tempDir(t);
  const workdirs = new Workdirs(dir);
  const left = join(dir, 'services/uid/m/errored.tfstate');
  mkdirSync(dirname(left), { recursive: true });
  writeFileSync(left, '{"version":4,"serial":3}');
  await letGo({ workdirs } as never, 'uid');
  t.not(await workdirs.erroredState('uid', 'm'), undefined);
  await workdirs.dropErroredState('uid', 'm');
  await letGo({ workdirs } as never, 'uid');
  t.same(await workdirs.list(), [], 'and without one the workdir goes');
});

t.test('a state that can not be read is not taken for none', async (t) => {
  const dir = tempDir(t);
  const workdirs = new Workdirs(dir);
  const left = join(dir, 'services/uid/m/errored.tfstate');
  mkdirSync(dirname(left), { recursive: true });
  symlinkSync(left, left);
  await t.rejects(workdirs.erroredState('uid', 'm'), { code: 'ELOOP' } as unknown as Error);
  t.equal(await workdirs.erroredState('uid', 'other'), undefined);
});

t.test('half a state that was kept aside is no state that there is', async (t) => {
  const dir = tempDir(t);
  const left = join(dir, 'services/uid/m/errored.tfstate');
  mkdirSync(dirname(left), { recursive: true });
  writeFileSync(left, '{"version":4,"serial":3,"resou');
  const refusal = JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 400 });
  const request = async () => ({ statusCode: 400, body: { text: async () => refusal } });
  const parts = { workdirs: new Workdirs(dir), log: {}, transport: () => ({ options: { request } }) };
  const inputs = { serviceUid: 'uid', service: 'a', epoch: 2, root: 'm', state: { address: 'http://server/state', username: 'u', password: 'p' } };
  const { claim } = await handIn(parts as never, { ended: undefined } as never, { type: 'Apply', inputs } as never);
  t.equal(claim.inputs.state.serial, undefined);
});
