import { toolPath } from '@spawnit/local';
import { faultProxy, programEntry, spawnCommand, spawnProgram, startApiserver, waitFor } from '@spawnit/testkit';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ready, service, shopCatalogue } from '../shop.js';

t.setTimeout(600_000);

t.test('whoever watches from a position that is no longer kept lists again: kubectl wait, spawnctl wait and get -w', async (t) => {
  const api = await startApiserver(t, { store: 'files', env: { SPAWNIT_CATALOGUE_DIR: shopCatalogue(t), SPAWNIT_SNAPSHOT_EVERY: '10' } });
  const { services } = api.client('admin');
  for (const name of ['waited', 'same']) await services.create(service(name));
  const proxy = await faultProxy({ target: api.url, t });
  const address = { SPAWNIT_SERVER: proxy.endpoint, SPAWNIT_TOKEN: api.token('admin'), KUBECONFIG: undefined };
  const spawnctl = (...args: string[]) => spawnProgram({ t, name: `spawnctl ${args.join(' ')}`, entry: programEntry('packages/spawnctl'), args, env: address });
  const kubeconfig = join(api.dataDir, 'kubeconfig-by-proxy');
  writeFileSync(kubeconfig, readFileSync(join(api.dataDir, 'kubeconfig'), 'utf8').replaceAll(api.url, proxy.endpoint));
  const kubectl = (...args: string[]) => spawnCommand({ t, name: `kubectl ${args.join(' ')}`, command: toolPath('kubectl'), args, env: { HOME: join(api.dataDir, 'home'), KUBECONFIG: kubeconfig } });

  const tables = spawnctl('get', 'svc', '-w');
  const names = spawnctl('get', 'svc', '-w', '-o', 'name');
  const watching = kubectl('get', 'svc', '-w');
  for (const each of [tables, names, watching]) await each.waitForLine(/waited/);
  const waits = [spawnctl('wait', 'svc/waited', '--for=condition=Ready', '--timeout=120s'), kubectl('wait', 'svc/waited', '--for=condition=Ready', '--timeout=120s')];
  await waits[0]!.waitForLine(/waited/);
  // Three watches, and two that wait.
  const { transport } = api.client('admin');
  await waitFor(async () => Number(/^spawnit_open_streams (\d+)/m.exec(await transport.text({ path: '/metrics' }))?.[1]) >= 5, { what: 'all to watch' });

  proxy.cut();
  await services.create(service('comes'));
  await api.client('reconciler').services.patch('waited', 'default', { status: { observedGeneration: 1, phase: 'Ready', conditions: [ready(service('waited'))] } }, { subresource: 'status' });
  for (let i = 0; i < 40; i++) await services.patch('comes', 'default', { metadata: { labels: { i: String(i) } } });
  // A server that begins now has the changes since the last snapshot only.
  await api.restart();
  proxy.heal();

  for (const { exited, name, lines } of waits) t.match(await exited, { code: 0 }, `${name}: ${lines.join('; ')}`);
  t.ok(waits[0]!.lines.some((line) => /keeps no changes since then; going on with what is there now/.test(line)), 'a wait says why it looks again');
  for (const each of [tables, names]) await each.waitForLine(/comes/);
  await services.create(service('later'));
  for (const each of [tables, names]) await each.waitForLine(/later/);
  const seen = (of: readonly string[], name: string) => of.filter((line) => new RegExp(`^(service.spawnit.dev/)?${name}\\b`).test(line)).length;
  t.equal(seen(names.lines, 'same'), 1, 'what has not changed meanwhile is not told again');
  t.equal(seen(tables.lines, 'same'), 1, 'nor in a table');
  for (const { lines } of [tables, names]) t.ok(lines.some((line) => /keeps no changes since then/.test(line)), 'people are told of the gap');
  t.match(await watching.exited, { signal: null }, 'kubectl get -w ends with its connection, as it does with any server');
});
