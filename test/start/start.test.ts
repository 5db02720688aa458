import { Client } from '@spawnit/contract';
import { checkout, skipped, tokenFile } from '@spawnit/local';
import { docker, freePort, spawnCommand, tempDir, waitFor, type Program } from '@spawnit/testkit';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';

/** As `npm start` runs it, without npm between, so that a signal meets the starter alone. */
function start(t: Test, dataDir: string, args: string[]): Program {
  return spawnCommand({ t, name: 'npm start', command: process.execPath, args: [join(checkout, 'deploy/local/bootstrap.mjs'), 'start', '--data-dir', dataDir, ...args] });
}

interface Test {
  teardown(handler: () => unknown): void;
}

const answering = /hello answers at (http:\S+)/;
const helloContainers = async () => (await docker(['ps', '--quiet', '--filter', 'name=^default.hello$'])).split('\n').filter((id) => id !== '');

const taken = (await helloContainers()).length > 0 && 'a star of this machine\'s own runs the hello service';

t.test('npm start makes hello; Ctrl-C stops every process and leaves hello running; a second start carries on', { timeout: 600_000, skip: taken }, async (t) => {
  const dataDir = tempDir(t);
  t.teardown(async () => docker(['rm', '--force', '--volumes', 'default.hello']));
  const first = start(t, dataDir, ['--port', String(await freePort())]);
  const [, url] = await first.waitForLine(answering);
  t.ok((await fetch(url!)).ok, 'hello answers');
  const [container] = await helloContainers();

  first.kill('SIGINT');
  t.same(await first.exited, { code: 0, signal: null }, 'it ends well at Ctrl-C');
  t.match(first.lines.join('\n'), /goes on running/, 'and says what it leaves');
  await t.resolves(first.stop(), 'no process is left');
  t.ok((await fetch(url!)).ok, 'hello answers still');

  const second = start(t, dataDir, ['--port', String(await freePort()), '--agents', '3']);
  await second.waitForLine(answering);
  t.same(await helloContainers(), [container], 'the second start takes the same container over');
  t.match(second.lines.join('\n'), /3 agents/);
  const third = start(t, dataDir, ['--port', String(await freePort())]);
  t.not((await third.exited).code, 0, 'a third on the same data is refused');
  t.match(third.lines.join('\n'), /a star already runs on .* \(pid \d+\)/);
  second.kill('SIGINT');
  await second.exited;
});

t.test('npm start -- --store minio keeps its records on a real MinIO, and a second start finds them there', { timeout: 600_000, skip: skipped('minio') }, async (t) => {
  const dataDir = tempDir(t);
  const port = await freePort();
  const begin = async () => {
    const star = start(t, dataDir, ['--store', 'minio', '--no-hello', '--port', String(port)]);
    await star.waitForLine(/The star is up: .* 2 agents; records in MinIO/);
    return { star, client: new Client({ server: `http://127.0.0.1:${port}`, token: readFileSync(tokenFile(dataDir, 'admin'), 'utf8').trim() }) };
  };
  const first = await begin();
  t.teardown(() => first.client.close());
  await waitFor(async () => (await first.client.nodes.list()).items.length === 2, { what: 'both agents to have joined' });
  await first.client.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kept' } });
  first.star.kill('SIGINT');
  t.same(await first.star.exited, { code: 0, signal: null });
  await t.resolves(first.star.stop(), 'no process is left, MinIO neither');
  t.ok(existsSync(join(dataDir, 'minio', 'data', 'spawnit', 'registry', 'log')), 'the log is in the bucket');

  const second = await begin();
  t.teardown(() => second.client.close());
  t.equal((await second.client.namespaces.get('kept')).metadata.name, 'kept');
  second.star.kill('SIGINT');
  await second.star.exited;
});

t.test('npm start tells which process holds the port that was asked for', { timeout: 600_000 }, async (t) => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  t.teardown(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const refused = start(t, tempDir(t), ['--port', String(port)]);
  t.equal((await refused.exited).code, 1);
  t.match(refused.lines.join('\n'), new RegExp(`port ${port} is in use by .*\\(pid ${process.pid}\\)`));
});

t.test('npm start refuses an argument it does not know, and shows those it does', { timeout: 600_000 }, async (t) => {
  for (const args of [['--agent', '3'], ['--agents', 'many'], ['--store', 'disk']]) {
    const refused = start(t, tempDir(t), args);
    t.equal((await refused.exited).code, 2, args.join(' '));
    t.match(refused.lines.join('\n'), /--store files\|minio/, 'with its help');
  }
});
