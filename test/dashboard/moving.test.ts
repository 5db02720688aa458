import { startApiserver, type Apiserver } from '@spawnit/testkit';
import type { ServiceStatus } from '@spawnit/contract';
import t from 'tap';
import { webServer } from '../e2e/scene.js';
import { goTo, openPage } from './browser.js';

/** What the reconciler would say of it. */
async function tell(api: Apiserver, name: string, status: ServiceStatus): Promise<void> {
  const client = api.client('reconciler');
  const { apiVersion, kind, metadata, spec, status: before } = await client.services.get(name, 'default');
  await client.commit([{ verb: 'updateStatus', object: { apiVersion, kind, metadata, spec, status: { ...before, ...status } } }]);
}

t.test('what moves behind a page changes nothing of what somebody is about to do', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const admin = api.client('admin');
  for (const [name, intervalSeconds] of [['apple', 11], ['pear', 22]] as const) await admin.services.create(webServer(name, 'default', 18_080 + intervalSeconds, { drift: { intervalSeconds } as never }));
  const { page, complaints } = await openPage(t, api.url, api.token('admin'));

  t.comment('back from the settings of one service to those of another');
  await goTo(page, `${api.url}/ui/services/default/apple?tab=settings`);
  const every = page.getByRole('spinbutton', { name: 'Checked every' });
  await page.getByRole('heading', { name: 'apple', exact: true }).waitFor();
  await every.waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).fill('pear');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'pear', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await every.fill('23');
  await page.evaluate('history.go(-2)');
  await page.getByRole('heading', { name: 'apple', exact: true }).waitFor();
  t.equal(await every.inputValue(), '11');
  await page.getByText('Nothing changes.').waitFor();

  t.comment('picked services that the filter brings back while a question is open');
  await tell(api, 'apple', { phase: 'Failed' });
  await tell(api, 'pear', { phase: 'Ready' });
  await page.getByRole('link', { name: 'Services', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Pick all 2' }).check();
  await page.getByLabel('Phase').selectOption('Failed');
  await page.getByRole('heading', { name: 'Services 1 of 2' }).waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('alertdialog', { name: 'Delete apple?' }).waitFor();
  await tell(api, 'pear', { phase: 'Failed' });
  await page.locator('h1').getByText('2', { exact: true }).waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Delete apple' }).click();
  await page.getByText('1 being deleted').waitFor();
  t.equal((await admin.services.get('pear', 'default')).metadata.deletionTimestamp, undefined);

  t.comment('nothing can be told of it, and why');
  await tell(api, 'pear', { phase: 'Ready' });
  const drift = { verdict: 'Unknown' as const, fields: [], since: new Date().toISOString(), epoch: 1, generation: 1 };
  const why = { type: 'Compliant', status: 'Unknown' as const, reason: 'NodeUnreachable', message: 'its node "n1" is not ready', lastTransitionTime: drift.since };
  const controller = api.client('drift-controller');
  const { apiVersion, kind, metadata, spec, status } = await controller.services.get('pear', 'default');
  await controller.commit([{ verb: 'updateStatus', object: { apiVersion, kind, metadata, spec, status: { ...status, drift, conditions: [...(status?.conditions ?? []), why] } } }]);
  await goTo(page, `${api.url}/ui/services/default/pear?tab=drift`);
  await page.getByText('its node "n1" is not ready').waitFor();
  await page.getByRole('link', { name: 'Overview', exact: true }).first().click();
  await page.getByRole('region', { name: /Needs attention/ }).getByText('its node "n1" is not ready').waitFor();
  t.same(complaints, []);
});
