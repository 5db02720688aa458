import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { apply, check, readDryRun, type ApplyFlags } from '../src/commands/apply.js';
import type { Session } from '../src/session.js';
import { web } from './manifests.js';

const file = join(tempDir(t), 'web.yaml');
writeFileSync(file, web('web'));
const flags: ApplyFlags = { filename: [file], dryRun: 'client', timeout: 1, fieldManager: 'spawnctl' };

/** What is written to standard output meanwhile. */
async function printed(run: () => Promise<void>): Promise<string> {
  const all: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => all.push(text) > 0) as typeof write;
  try {
    await run();
  } finally {
    process.stdout.write = write;
  }
  return all.join('');
}

await t.test('apply --dry-run=client prints as -o says', async (t) => {
  t.equal(await printed(() => check(flags)), 'service.spawnit.dev/web valid (client dry run)\n');
  t.equal(await printed(() => check({ ...flags, output: 'name' })), 'service.spawnit.dev/web\n');
  t.match(JSON.parse(await printed(() => check({ ...flags, output: 'json' }, 'other'))), { kind: 'Service', metadata: { name: 'web', namespace: 'other' } });
  t.match(await printed(() => check({ ...flags, output: 'yaml' })), /^kind: Service$/m);
  await t.rejects(check({ ...flags, output: 'nonsense' }), { exit: 2, message: /--output must be/ });
});

await t.test('what needs the server is refused without one', async (t) => {
  for (const [option, more] of [['--prune', { prune: true, all: true }], ['--wait', { wait: true }], ['--server-side', { serverSide: true }]] as const)
    await t.rejects(check({ ...flags, ...more }), { exit: 2, message: `${option} is nothing for --dry-run=client, which asks no server; say --dry-run=server` });
  await t.rejects(check({ ...flags, selector: 'a=b' }), { exit: 2, message: '-l and --all are for --prune' });
  t.match(await printed(() => check({ ...flags, wait: false })), /valid/);
});

await t.test('a command that cannot do without the server says what it can', async (t) => {
  t.throws(() => readDryRun('client'), { exit: 2, message: '--dry-run must be none or server (got client)' });
  await t.rejects(apply({} as Session, { ...flags, dryRun: 'maybe' }), { exit: 2, message: '--dry-run must be none, client or server (got maybe)' });
});
