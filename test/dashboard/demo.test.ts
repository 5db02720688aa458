import { Client } from '@spawnit/contract';
import { checkout, tokenFile } from '@spawnit/local';
import { docker, freePort, spawnCommand, tempDir } from '@spawnit/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { webServer } from '../e2e/scene.js';
import { goTo, openBrowser } from './browser.js';

t.test('npm start gives a link that signs in once, and a dashboard that breaks a service and kills a node', { timeout: 600_000 }, async (t) => {
  const dataDir = tempDir(t);
  const args = [join(checkout, 'deploy/local/bootstrap.mjs'), 'start', '--no-hello', '--data-dir', dataDir, '--port', String(await freePort())];
  const star = spawnCommand({ t, name: 'npm start', command: process.execPath, args });
  const [, link = '', server = ''] = await star.waitForLine(/Open +((http:\S+)\/ui\/#code=\S+)/);
  const { page, complaints } = await openBrowser(t);

  await goTo(page, link);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  t.equal(page.url(), `${server}/ui/`, 'the code does not stay in the address');
  const code = link.split('#code=')[1]!;
  t.notOk((await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])')).includes(code), 'nor is it kept for scripts');
  t.equal(await page.evaluate('document.cookie'), '');

  const second = await openBrowser(t);
  await goTo(second.page, link);
  await second.page.getByText('this link was used').waitFor();
  t.ok(await second.page.getByLabel('Token').isVisible());

  const token = readFileSync(tokenFile(dataDir, 'admin'), 'utf8').trim();
  const client = new Client({ server, token });
  t.teardown(() => client.close());
  const name = `demo-${process.pid}`;
  t.teardown(() => docker(['rm', '--force', '--volumes', `default.${name}`]).catch(() => undefined));
  await client.services.create(webServer(name, 'default', await freePort()));
  await page.getByRole('link', { name: 'Services', exact: true }).click();
  await page.getByRole('row').getByRole('link', { name, exact: true }).click();
  await page.getByText('Compliant: True').waitFor();
  await page.getByRole('button', { name: 'Break it' }).click();
  await page.getByText('Drifted', { exact: true }).first().waitFor();
  t.same(await docker(['ps', '--all', '--quiet', '--filter', `name=^default.${name}$`]), '', 'its container is gone');

  const { node } = (await client.services.get(name, 'default')).status!;
  await page.getByRole('link', { name: 'Nodes', exact: true }).click();
  const row = page.getByRole('row').filter({ hasText: node! });
  await row.getByRole('button', { name: `Kill ${node}` }).click();
  await row.getByText('Lost', { exact: true }).waitFor();
  await row.getByRole('button', { name: `Start ${node}` }).click();
  await row.getByText('Ready', { exact: true }).waitFor();
  t.same(complaints, []);
  star.kill('SIGINT');
  t.same(await star.exited, { code: 0, signal: null });
});
