import { Client, type Service } from '@spawnit/contract';
import { freePort, programEntry, spawnProgram, tempDir, waitFor, type Program } from '@spawnit/testkit';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { randomBytes } from 'node:crypto';

/** So many, that a copy takes long enough to be killed in the middle of it. */
const blobs = 1_500;

interface Machine {
  dataDir: string;
  backups: string;
  start(env?: Record<string, string>): Program;
  client(): Client;
  objects(): number;
  copies(): number;
}

async function machine(t: Test): Promise<Machine> {
  const [dataDir, backups, port] = [tempDir(t), tempDir(t), await freePort()];
  const settings = { SPAWNIT_PORT: String(port), SPAWNIT_DATA_DIR: dataDir, SPAWNIT_STORE: 'files', SPAWNIT_BACKUP_STORE: 'files', SPAWNIT_BACKUP_DIR: backups };
  return {
    dataDir,
    backups,
    start: (env = {}) => spawnProgram({ t, name: 'apiserver', entry: programEntry('apiserver'), env: { ...settings, ...env } }),
    client() {
      const client = new Client({ server: `http://127.0.0.1:${port}`, token: readFileSync(join(dataDir, 'tokens', 'admin'), 'utf8').trim() });
      t.teardown(() => client.close());
      return client;
    },
    objects: () => filesBelow(join(dataDir, 'store', 'objects')),
    copies: () => filesBelow(join(backups, 'objects')),
  };
}

function filesBelow(dir: string): number {
  return existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length : 0;
}

const listening = (program: Program) => program.waitForLine(/"msg":"listening"/);

async function kill(program: Program): Promise<void> {
  program.kill('SIGKILL');
  await program.exited;
}

const logOf = ({ dataDir }: Machine) => join(dataDir, 'store', 'objects', 'logs', 'default', 'long');

/** A server with a service and a long log of a job. */
async function filled(t: Test): Promise<{ at: Machine; program: Program }> {
  const at = await machine(t);
  const program = at.start();
  await listening(program);
  await at.client().services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { template: 'web-server', parameters: {} } } as unknown as Service);
  const folder = logOf(at);
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < blobs; i++) writeFileSync(join(folder, `${String(i * 64).padStart(15, '0')}-64`), randomBytes(64));
  return { at, program };
}

/** Pipes that nobody writes to, as many as Node reads files at once: a backup comes as far as here, however quick the machine. */
function barrier(at: Machine, blob: number): () => void {
  const pipes = Array.from({ length: 4 }, (_, i) => join(logOf(at), `${String((blob + i) * 64).padStart(15, '0')}-65`));
  execFileSync('mkfifo', pipes);
  return () => pipes.forEach((pipe) => rmSync(pipe));
}

async function backup(at: Machine): Promise<void> {
  const client = at.client();
  const { run } = await client.backup();
  const last = await waitFor(async () => { const { last } = await client.backups(); return last?.run === run && last; }, { what: 'the backup' });
  if (last.outcome !== 'Succeeded') throw new Error(last.message);
}

t.test('a server killed in the middle of a backup leaves none, and the next one finds what was copied', { timeout: 600_000 }, async (t) => {
  const { at, program: first } = await filled(t);
  let program = first;
  for (const copied of [100, 700]) {
    const open = barrier(at, copied + 50);
    await at.client().backup();
    await waitFor(() => at.copies() >= copied, { what: `${copied} copies`, everyMs: 5 });
    await kill(program);
    open();
    program = at.start();
    await listening(program);
    t.same((await at.client().backups()).backups, [], 'there is no half backup');
    t.ok(at.copies() >= copied, 'what was copied is still there');
  }
  const before = at.copies();
  await backup(at);
  const [made] = (await at.client().backups()).backups;
  t.equal(made?.number, 1);
  t.ok(before >= 700 && at.copies() - before < made!.objects, `${at.copies() - before} of ${made!.objects} objects had still to be copied`);
});

t.test('a server killed in the middle of a restore goes on at its next start, and nobody else takes what is there for a registry', { timeout: 600_000 }, async (t) => {
  const { at, program } = await filled(t);
  await backup(at);
  const all = at.objects();
  await kill(program);
  rmSync(join(at.dataDir, 'store'), { recursive: true });
  const restore = { SPAWNIT_RESTORE_FROM_BACKUP: 'latest' };
  for (const there of [1, 400, all - 5]) {
    const killed = at.start(restore);
    await waitFor(() => at.objects() >= there, { what: `${there} objects`, everyMs: 1 });
    await kill(killed);
    if (!existsSync(join(at.dataDir, 'store', 'objects', 'restore', 'unfinished'))) continue; // It was quicker than the kill.
    const other = at.start();
    t.match(await other.exited, { code: 1 });
    t.match(other.lines.join('\n'), /a restore of backup 1 was begun here and not finished. Start with SPAWNIT_RESTORE_FROM_BACKUP=1 to go on/);
  }
  const restored = at.start(restore);
  await listening(restored);
  const service = await at.client().services.get('a', 'default');
  t.equal(service.spec.template, 'web-server');
  t.ok(at.objects() >= all, 'every object is there');
  await kill(restored);
  await listening(at.start());
  t.match(await at.client().services.get('a', 'default'), { metadata: { uid: service.metadata.uid } });
});
