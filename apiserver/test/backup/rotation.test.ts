import { tempDir, waitFor } from '@spawnit/testkit';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { assign, createJob, HandAgent, running, settle, startPlane } from '../agent/plane.js';
import { backupConfig } from './place.js';

const secret = 'canary-of-backups';

t.test('a backup restores though the keys were rotated, and everything sealed anew, in the middle of it', async (t) => {
  const [dataDir, backups] = [tempDir(t), tempDir(t)];
  const config = { dataDir, store: { driver: 'files' as const, dir: join(dataDir, 'store') }, backup: backupConfig(backups) };
  const plane = await startPlane(t, config);
  const admin = plane.as('admin');
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'a', { spec: { parameters: { text: 'x', token: secret } } });
  const { address, username, password } = claim.inputs.state;
  const call = (method: string, to: string, body: object) => fetch(to, { method, headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }, body: JSON.stringify(body) });
  await call('LOCK', address, { ID: 'lock' });
  t.equal((await call('POST', `${address}?ID=lock`, { version: 4, serial: 1, lineage: 'line', resources: [{ mode: 'managed', instances: [{}] }], outputs: { token: { value: secret } } })).status, 200);
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(plane, 'a');
  const pulled = await admin.pullState('default', 'a');

  // The real store, whose reader is held up once: what was listed for the backup is sealed anew before it is copied.
  const { objects } = plane.context;
  const get = objects.get.bind(objects);
  let rotated: Promise<unknown> | undefined;
  const rotate = async () => {
    await admin.rotateKey();
    await waitFor(async () => (await admin.keys()).left === 0, { what: 'everything to be sealed anew' });
  };
  objects.get = async (key) => {
    if (rotated === undefined && /^clients\/.*tfstate/.test(key)) await (rotated = rotate());
    return get(key);
  };
  const { run } = await admin.backup();
  const last = await waitFor(async () => { const { last } = await admin.backups(); return last?.run === run && last; }, { what: 'the backup' });
  t.ok(rotated, 'it was in the middle');
  t.equal(last.outcome, 'Succeeded', last.message);
  await plane.stop();
  rmSync(join(dataDir, 'store'), { recursive: true });

  const back = await startPlane(t, { ...config, backup: { ...config.backup, restoreFrom: 'latest' } });
  t.equal(await back.as('admin').pullState('default', 'a'), pulled, 'the state is read');
  const again = await HandAgent.with(t, back, agent.name, agent.token);
  const next = await assign(back, await createJob(back, 'a'), again);
  t.equal((await again.claim(next)).inputs.secret['token'], secret, 'and so is the secret');
});
