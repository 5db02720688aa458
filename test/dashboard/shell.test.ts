import { startApiserver, startStandInAgent } from '@spawnit/testkit';
import t from 'tap';
import { webServer } from '../e2e/scene.js';
import { openPage } from './browser.js';

t.test('by keys alone: anywhere by name, to the filter, to a service’s logs and YAML; and keys can be turned off', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const admin = api.client('admin');
  await admin.services.create(webServer('apple', 'default', 18_080, { suspend: true }));
  await admin.services.create(webServer('pear', 'default', 18_081, { suspend: true }));
  const { page, complaints } = await openPage(t, api.url, api.token('admin'));
  const press = (key: string) => page.keyboard.press(key);

  await page.getByText('No node has joined yet').waitFor();
  await press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).fill('pear');
  await page.getByRole('option', { name: /^pear/ }).waitFor();
  await press('Enter');
  await page.getByRole('heading', { name: 'pear', exact: true }).waitFor();
  await press('y');
  await page.getByRole('button', { name: 'Copy YAML' }).waitFor();
  await press('l');
  await page.getByRole('heading', { name: 'Nothing was run for it yet' }).waitFor();
  t.match(page.url(), /tab=logs/);

  await press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).fill('resume');
  await page.getByRole('option', { name: /^Resume pear/ }).waitFor();
  await press('Enter');
  await page.getByRole('button', { name: 'Suspend', exact: true }).waitFor();
  t.equal((await admin.services.get('pear', 'default')).spec.suspend, false);

  await press(':');
  await page.getByRole('combobox', { name: 'Go to' }).fill('services');
  await press('Enter');
  await page.getByRole('heading', { name: 'Services 2' }).waitFor();
  await press('/');
  await page.keyboard.type('app');
  await page.getByRole('heading', { name: 'Services 1 of 2' }).waitFor();
  t.match(page.url(), /q=app/, 'a filter stands in the address');
  await press('Escape');
  await page.getByRole('link', { name: 'apple', exact: true }).focus();
  await press('d');
  await page.getByRole('heading', { name: 'apple', exact: true }).waitFor();

  await press('?');
  await page.getByRole('switch', { name: 'Single keys are on' }).click();
  await press('Escape');
  await press('y');
  await press(':');
  t.equal(await page.getByRole('dialog').count(), 0);
  await press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).waitFor();
  await press('Escape');
  t.notMatch(page.url(), /tab=yaml/, 'a single key does nothing any more');

  await page.getByRole('link', { name: 'Services', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Pick all 2' }).check();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByText('2 resumed').waitFor();
  t.same((await admin.services.list({ namespace: 'default' })).items.map(({ spec }) => spec.suspend), [false, false]);
  t.same(complaints, []);
});

t.test('while the server is away what is shown stays and is dated; when it is back the page goes on by itself', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const { page, complaints } = await openPage(t, api.url, api.token('admin'));
  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await page.getByText('No node has joined yet; it needs one with docker').first().waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  api.program().kill('SIGKILL');
  await api.program().exited;
  await page.getByText('Reconnecting', { exact: true }).waitFor();
  await page.getByText(/^stale \d+ s$/).waitFor();
  await page.getByText(/The server can’t be reached: this is as of/).waitFor();
  await page.getByRole('link', { name: 'Web server' }).waitFor();
  await api.restart();
  await startStandInAgent(t, api, { name: 'n1' });
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Templates', exact: true }).click();
  await page.getByRole('link', { name: 'web-server', exact: true }).click();
  await page.getByRole('region', { name: 'Parameters' }).first().getByText('Document root').waitFor();
  await page.getByText(/only on nodes that are lost|on n1/).waitFor();
  await page.getByText(/\d+ files/).waitFor();
  t.same(complaints, []);
});
