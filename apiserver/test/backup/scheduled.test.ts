import type { BackupOutcome } from '@spawnit/contract';
import { startMinio, tempDir, waitFor } from '@spawnit/testkit';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createService, startPlane, type Plane } from '../agent/plane.js';
import { backupConfig } from './place.js';
import type { Config } from '../../src/config.js';

t.setTimeout(600_000);

/** Some tenths of a second: what counts is that nobody asks for them. */
const every = { everyMinutes: 1 / 200 };

/** How the next attempt that is like this ends. */
function outcome(plane: Plane, like: (last: BackupOutcome) => boolean): Promise<BackupOutcome> {
  const last = () => plane.context.registry.view.get('meta/backup')?.value as BackupOutcome | undefined;
  return waitFor(() => { const now = last(); return now && like(now) && now; }, { what: 'a backup that nobody asked for' });
}

function place(t: Parameters<typeof tempDir>[0]): { backups: string; config: Partial<Config> } {
  const [dataDir, backups] = [tempDir(t), join(tempDir(t), 'backups')];
  mkdirSync(backups);
  return { backups, config: { dataDir, store: { driver: 'files', dir: join(dataDir, 'store') }, backup: { ...backupConfig(backups), ...every } } };
}

async function metricsOf({ url, context }: Plane): Promise<string> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${context.tokens.mint({ role: 'admin', name: 'admin' })}` } });
  return answer.text();
}

t.test('backups are made again and again without being asked for, also after a restart', async (t) => {
  const { config } = place(t);
  const plane = await startPlane(t, config);
  const second = await outcome(plane, ({ number = 0 }) => number >= 2);
  t.match(second, { outcome: 'Succeeded' });
  t.match((await plane.as('admin').events.list({ namespace: 'default' })).items.filter(({ reason }) => reason === 'BackupMade'), [{ type: 'Normal' }]);
  await plane.stop();

  const before = second.number!;
  const again = await startPlane(t, config);
  await createService(again, 'later');
  const after = await outcome(again, ({ number = 0 }) => number > before + 1);
  t.match((await again.as('admin').backups()).backups.map(({ number }) => number).slice(0, before + 2), Array.from({ length: before + 2 }, (_, i) => i + 1), 'none is missing');
  t.equal(after.outcome, 'Succeeded');
});

t.test('a backup that failed is told, and made when its place is there again', async (t) => {
  const { backups, config } = place(t);
  const plane = await startPlane(t, config);
  const { number: good } = await outcome(plane, (last) => last.outcome === 'Succeeded');
  const away = `${backups}-away`;
  renameSync(backups, away);
  writeFileSync(backups, 'no folder');
  const failed = await outcome(plane, (last) => last.outcome === 'Failed');
  t.notOk(failed.number);
  t.match(failed.message, /\S/, 'with a reason');
  const again = await outcome(plane, (last) => last.outcome === 'Failed' && last.run !== failed.run);
  t.ok(again, 'it is tried again');
  t.match((await plane.as('admin').events.list({ namespace: 'default' })).items.filter(({ reason }) => reason === 'BackupFailed'), [{ type: 'Warning' }]);
  t.match(await metricsOf(plane), /^spawnit_backup_age_seconds -1$/m);
  rmSync(backups);
  renameSync(away, backups);
  const mended = await outcome(plane, (last) => last.outcome === 'Succeeded');
  t.ok(mended.number! > good!, 'and goes on from the ones before');
  t.match(await metricsOf(plane), /^spawnit_backup_age_seconds \d/m);
});

t.test('with a day between backups, one that failed is made as soon as its place is there', async (t) => {
  const { backups, config } = place(t);
  rmSync(backups, { recursive: true });
  writeFileSync(backups, 'no folder');
  const plane = await startPlane(t, { ...config, backup: { ...config.backup!, everyMinutes: 24 * 60 } });
  const failed = await outcome(plane, (last) => last.outcome === 'Failed' && last.failures! >= 2);
  t.ok(failed.failures! >= 2, 'it is tried again and the failures are counted');
  const told = await metricsOf(plane);
  t.match(told, /^spawnit_backup_failures [2-9]$/m);
  t.ok(Number(/^spawnit_backup_next_seconds (\S+)$/m.exec(told)?.[1]) <= 900, 'in minutes, not in a day');
  rmSync(backups);
  mkdirSync(backups);
  await outcome(plane, (last) => last.outcome === 'Succeeded');
  t.match(await metricsOf(plane), /^spawnit_backup_failures 0$/m);
  const { nextInSeconds = 0 } = await plane.as('admin').backups();
  t.ok(nextInSeconds > 20 * 3_600, 'and the next one is a day away');
});

t.test('a backup that failed with the store, so that not even this could be recorded, is made when the store is back', async (t) => {
  const { config } = place(t);
  const minio = await startMinio({ t });
  const store = { driver: 's3' as const, endpoint: minio.endpoint, bucket: 'spawnit', region: minio.region, accessKeyId: minio.accessKey, secretAccessKey: minio.secretKey };
  const plane = await startPlane(t, { ...config, store, backup: { ...config.backup!, everyMinutes: 24 * 60 } });
  const first = await outcome(plane, (last) => last.outcome === 'Succeeded');
  await minio.kill('SIGKILL');
  await plane.as('admin').backup();
  await waitFor(async () => /^spawnit_backup_failures [1-9]/m.test(await metricsOf(plane)), { what: 'the failure to be shown' });
  await minio.restart();
  // One that failed while the store was coming back may have been recorded before it.
  const next = await outcome(plane, ({ run, outcome: how }) => run !== first.run && how === 'Succeeded');
  t.equal(next.number, first.number! + 1);
});
