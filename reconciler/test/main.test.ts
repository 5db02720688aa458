import { freePort, programEntry, spawnProgram, startApiserver, startControllerProgram, waitFor } from '@spawnit/testkit';
import t from 'tap';

t.setTimeout(600_000);

t.test('without its settings it ends with 2 and names what is missing', async (t) => {
  const program = spawnProgram({ t, name: 'reconciler', entry: programEntry('reconciler'), env: { SPAWNIT_TOKEN_FILE: undefined, SPAWNIT_SERVER: 'nonsense' } });
  t.same(await program.exited, { code: 2, signal: null });
  await program.waitForLine(/SPAWNIT_SERVER.*SPAWNIT_TOKEN_FILE/);
});

t.test('with a token file that cannot be read it ends with 1', async (t) => {
  const program = spawnProgram({ t, name: 'reconciler', entry: programEntry('reconciler'), env: { SPAWNIT_TOKEN_FILE: '/nowhere/token' } });
  t.equal((await program.exited).code, 1);
  await program.waitForLine(/\/nowhere\/token/);
});

t.test('it serves metrics, and ends with 0 when it is asked to', async (t) => {
  const api = await startApiserver(t);
  const port = await freePort();
  const program = startControllerProgram(t, api, 'reconciler', { SPAWNIT_METRICS_PORT: String(port) });
  await program.waitForLine(/"msg":"ready"/);
  await api.client('admin').namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  const text = await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), { what: 'metrics' });
  t.match(text, /# TYPE spawnit_reconcile_total counter/);
  program.kill('SIGTERM');
  t.same(await program.exited, { code: 0, signal: null });
});

t.test('a server that is away at the start is waited for, and asked to stop it still ends at once', async (t) => {
  const api = await startApiserver(t);
  const program = startControllerProgram(t, api, 'reconciler', { SPAWNIT_SERVER: `http://127.0.0.1:${await freePort()}` });
  await program.waitForLine(/the watch broke/);
  program.kill('SIGTERM');
  t.same(await program.exited, { code: 0, signal: null });
});
