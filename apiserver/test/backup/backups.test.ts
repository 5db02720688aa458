import { tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { backupConfig } from './place.js';
import { createService, HandAgent, running, startPlane, type Plane } from '../agent/plane.js';
import type { Config } from '../../src/config.js';

const tofuState = (serial: number) => ({ version: 4, serial, lineage: 'line', resources: [{ mode: 'managed', instances: [{}] }], outputs: {} });

interface Place {
  dataDir: string;
  backups: string;
  config: Partial<Config>;
}

function place(t: Teardown): Place {
  const dataDir = tempDir(t);
  const backups = tempDir(t);
  return { dataDir, backups, config: { dataDir, store: { driver: 'files', dir: join(dataDir, 'store') }, backup: backupConfig(backups) } };
}

/** Makes a backup and gives its number. */
async function backup(plane: Plane): Promise<number> {
  const { run } = await plane.as('admin').backup();
  const last = await waitFor(async () => (await plane.as('admin').backups()).last?.run === run && (await plane.as('admin').backups()).last, { what: 'the backup' });
  if (!last || last.number === undefined) throw new Error(`no backup: ${JSON.stringify(last)}`);
  return last.number;
}

/** A run that holds the lock and has written a state. */
async function applying(t: Teardown, plane: Plane, name: string) {
  const agent = await HandAgent.join(t, plane, `node-${name}`);
  const { job, claim } = await running(plane, agent, name);
  const { address, username, password } = claim.inputs.state;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const state = (method: string, to: string, body: unknown) => fetch(to, { method, headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await state('LOCK', address, { ID: 'lock' });
  const write = (serial: number, server = address) => state('POST', `${server}?ID=lock`, tofuState(serial));
  return { agent, job, claim, address, write };
}

/** The data directory without its store: what a person has saved of it is the keys. */
function loseStore({ dataDir }: Place): void {
  rmSync(join(dataDir, 'store'), { recursive: true });
}

const restoring = (at: Place, from: 'latest' | number = 'latest'): Partial<Config> => ({ ...at.config, backup: { ...backupConfig(at.backups), restoreFrom: from } });

function filesBelow(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) : [];
}

t.test('a backup holds everything up to a sequence, and the next one copies only what is new', async (t) => {
  const at = place(t);
  const plane = await startPlane(t, at.config);
  const { write } = await applying(t, plane, 'a');
  t.equal((await write(1)).status, 200);
  t.equal(await backup(plane), 1);
  await createService(plane, 'b');
  t.equal(await backup(plane), 2);
  const { backups, last } = await plane.as('admin').backups();
  t.match(last, { outcome: 'Succeeded', number: 2 });
  t.match(backups.map(({ number }) => number), [1, 2]);
  t.equal(backups[0]!.copied, backups[0]!.objects);
  t.ok(backups[1]!.copied < 10, `${backups[1]!.copied} objects were new`);
  t.match((await plane.as('admin').events.list({ namespace: 'default' })).items.filter(({ reason }) => reason === 'BackupMade'), [{ count: 2 }]);
  t.match(await (await fetch(`${plane.url}/metrics`, { headers: { authorization: `Bearer ${plane.context.tokens.mint({ role: 'admin', name: 'admin' })}` } })).text(), /^spawnit_backup_age_seconds \d/m);
});

t.test('an empty store comes back from a backup; what was given out before is fenced off', async (t) => {
  const at = place(t);
  const plane = await startPlane(t, at.config);
  const { agent, job, claim, write } = await applying(t, plane, 'a');
  await write(1);
  await createService(plane, 'kept');
  await backup(plane);
  await createService(plane, 'lost');
  const before = await plane.as('admin').services.get('a', 'default');
  await plane.stop();
  loseStore(at);

  const back = await startPlane(t, restoring(at));
  const admin = back.as('admin');
  const names = (await admin.services.list({ namespace: 'default' })).items.map(({ metadata }) => metadata.name);
  t.same(names, ['a', 'kept'], 'what was made after the backup is lost');
  const service = await admin.services.get('a', 'default');
  t.equal(service.metadata.uid, before.metadata.uid);
  t.ok(service.status!.epoch! >= before.status!.epoch! + 1_000_000, 'its epoch is far above');
  t.match(await admin.jobs.get(job.metadata.name, 'default'), { status: { phase: 'Lost', error: { summary: /restored from a backup/ } } });
  const old = await HandAgent.with(t, back, agent.name, agent.token);
  await t.rejects(old.finish(job, { phase: 'Succeeded' }), { code: 'EpochPassed' });
  t.equal((await write(2, claim.inputs.state.address.replace(/^http:\/\/[^/]+/, back.url))).status, 409, 'an old run writes no state');
  const { job: again, claim: anew } = await running(back, old, 'a');
  t.equal(anew.inputs.state.serial, 1, 'a new run begins with the state of the backup');
  t.ok(again.status!.epoch! > service.status!.epoch!);

  await back.stop();
  const later = await startPlane(t, restoring(at));
  t.equal((await later.as('admin').jobs.get(again.metadata.name, 'default')).status?.phase, 'Running', 'a start with the setting left in place changes nothing');
  t.ok(await backup(later) > 1, 'and the next backup builds upon the ones before');
  t.ok((await later.as('admin').backups()).backups.at(-1)!.copied < 60);
});

t.test('a store that is not empty is left alone', async (t) => {
  const at = place(t);
  const plane = await startPlane(t, at.config);
  await backup(plane);
  await plane.stop();
  const before = filesBelow(join(at.dataDir, 'store'));
  await t.rejects(startPlane(t, restoring(at)), { name: 'BackupRefused', message: /is not empty/ });
  t.same(filesBelow(join(at.dataDir, 'store')), before);
});

t.test('without the root key of the cluster nothing is restored, and the one needed is named', async (t) => {
  const at = place(t);
  const plane = await startPlane(t, at.config);
  await backup(plane);
  const { fingerprint } = plane.context.keys;
  await plane.stop();
  rmSync(at.dataDir, { recursive: true });
  await t.rejects(startPlane(t, restoring(at)), { message: new RegExp(`need the root key with fingerprint ${fingerprint}`) });
  t.same(filesBelow(join(at.dataDir, 'store')).filter((file) => !file.includes('probes')), []);
});

t.test('a damaged backup is refused before anything is written, naming the object; an earlier one can be taken', async (t) => {
  const at = place(t);
  const plane = await startPlane(t, at.config);
  await backup(plane);
  await createService(plane, 'b');
  await backup(plane);
  await plane.stop();
  loseStore(at);
  const saved = join(tempDir(t), 'saved');
  cpSync(at.backups, saved, { recursive: true });
  const files = filesBelow(at.backups).filter((file) => /\/objects\/[^/]+\/objects\/0+2\//.test(file));
  t.ok(files.length > 2);
  for (const file of [...files.slice(0, 3), filesBelow(at.backups).find((each) => each.endsWith('manifests/00000002'))!]) {
    const name = file.split('/').at(-1)!;
    for (const harm of [() => rmSync(file), () => writeFileSync(file, readFileSync(file).map((byte, i) => (i === 20 ? byte ^ 1 : byte)))]) {
      // A manifest that is not there is none.
      if (name === '00000002' && harm.toString().includes('rmSync')) continue;
      harm();
      await t.rejects(startPlane(t, restoring(at)), { name: 'BackupDamaged', message: name });
      t.same(filesBelow(join(at.dataDir, 'store')).filter((each) => !each.includes('probes')), [], 'the store is as empty as before');
      rmSync(at.backups, { recursive: true });
      cpSync(saved, at.backups, { recursive: true });
    }
  }
  const back = await startPlane(t, restoring(at, 1));
  t.same((await back.as('admin').services.list({ namespace: 'default' })).items, []);
});

t.test('a damaged log gives no backup: the object is named, and earlier backups stay', async (t) => {
  const at = place(t);
  const plane = await startPlane(t, at.config);
  await applying(t, plane, 'a').then(({ write }) => write(1));
  const commits = filesBelow(join(at.dataDir, 'store')).filter((file) => file.includes('registry/log/')).sort();
  // An old one, that the server itself does not look at any more.
  const harmed = commits[1]!;
  writeFileSync(harmed, readFileSync(harmed, 'utf8').replace('"op":"put"', '"op": "put"'));
  const { run } = await plane.as('admin').backup();
  const last = await waitFor(async () => (await plane.as('admin').backups()).last?.run === run && (await plane.as('admin').backups()).last, { what: 'the attempt to end' });
  t.match(last, { outcome: 'Failed', message: new RegExp(`${harmed.split('/').at(-1)}`) });
  t.same((await plane.as('admin').backups()).backups, []);
  const state = filesBelow(join(at.dataDir, 'store')).find((file) => file.includes('terraform.tfstate'))!;
  writeFileSync(harmed, readFileSync(harmed, 'utf8').replace('"op": "put"', '"op":"put"'));
  rmSync(state);
  const second = await plane.as('admin').backup();
  const after = await waitFor(async () => (await plane.as('admin').backups()).last?.run === second.run && (await plane.as('admin').backups()).last, { what: 'the attempt to end' });
  t.match(after, { outcome: 'Failed', message: new RegExp(`${state.split('/').at(-1)} is named by the records`) });
});

t.test('only so many backups are kept, and each of them is whole', async (t) => {
  const at = place(t);
  const config = { ...at.config, backup: { ...backupConfig(at.backups), keep: 3 } };
  const plane = await startPlane(t, config);
  for (let i = 0; i < 7; i++) {
    await createService(plane, `s-${i}`);
    await backup(plane);
  }
  t.same((await plane.as('admin').backups()).backups.map(({ number }) => number), [5, 6, 7]);
  await plane.stop();
  for (const number of [5, 7]) {
    loseStore(at);
    const back = await startPlane(t, restoring(at, number));
    t.equal((await back.as('admin').services.list({ namespace: 'default' })).items.length, number);
    await back.stop();
  }
  loseStore(at);
  await t.rejects(startPlane(t, restoring(at, 2)), { message: /there is no backup 2 .*: there are 5, 6, 7$/ });
});

t.test('without a place for backups it is said which setting is missing', async (t) => {
  const plane = await startPlane(t);
  t.same((await plane.as('admin').backups()).backups, []);
  await t.rejects(plane.as('admin').backup(), { code: 'Conflict', message: /SPAWNIT_BACKUP_STORE/ });
});
