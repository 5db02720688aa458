import { freePort } from '@spawnit/testkit';
import t from 'tap';
import { openScene } from '../e2e/scene.js';
import { goTo, openDashboard } from './browser.js';

t.test('a service is looked into and changed: what it is made of, its settings, its YAML, its events', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const { page, complaints } = await openDashboard(t, scene);
  await scene.post('a', await freePort());
  await scene.post('b', await freePort(), { dependsOn: ['a'] });
  await scene.phase('b', 'Ready');
  const open = async (tab: string) => {
    await goTo(page, `${scene.star.server}/ui/services/${scene.namespace}/a?tab=${tab}`);
    await page.getByRole('heading', { name: 'a', exact: true }).waitFor();
  };

  await open('graph');
  const resources = page.getByRole('region', { name: 'Resources', exact: true });
  await resources.getByRole('button', { name: /docker_container/ }).click();
  await page.getByRole('region', { name: 'Its fields' }).getByRole('rowheader', { name: 'image', exact: true }).waitFor();
  t.ok((await resources.locator('path').count()) > 0, 'what needs what is drawn');
  await page.getByRole('region', { name: 'Services that need each other' }).getByRole('button', { name: 'b web-server, Ready' }).click();
  await page.getByRole('heading', { name: 'b', exact: true }).waitFor();

  t.comment('settings: refused, then taken');
  await open('settings');
  const every = page.getByRole('spinbutton', { name: 'Checked every' });
  await every.fill('0');
  await page.getByText(/drift.intervalSeconds: /).waitFor();
  t.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled());
  await every.fill('20');
  await page.getByRole('region', { name: 'Changes as YAML' }).getByText('intervalSeconds: 20').waitFor();
  await page.getByText('The server would take it').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Nothing changes.').waitFor();
  t.equal((await scene.service('a')).spec.drift.intervalSeconds, 20);

  t.comment('what somebody else changes meanwhile is not overwritten');
  await open('yaml');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const editor = page.getByLabel('The service as YAML');
  const text = await editor.inputValue();
  await editor.fill(text.replace('environment: development', 'environment: nowhere'));
  await page.getByText(/spec.environment: /).waitFor();
  await editor.fill(text.replace('environment: development', 'environment: staging'));
  await page.getByText('The server would take it').waitFor();
  await scene.client.services.patch('a', scene.namespace, { spec: { drift: { intervalSeconds: 30 } } });
  await page.getByText('It was changed meanwhile by somebody else').waitFor();
  t.ok(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled());
  await page.getByRole('button', { name: 'Begin again with what is now' }).click();
  await editor.fill((await editor.inputValue()).replace('environment: development', 'environment: staging'));
  await page.getByText('The server would take it').waitFor();
  await scene.client.services.patch('a', scene.namespace, { metadata: { labels: { team: 'red' } } });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).waitFor();
  t.match(await scene.service('a'), { spec: { environment: 'staging', drift: { intervalSeconds: 30 } }, metadata: { labels: { team: 'red' } } });

  t.comment('a change whose answer was lost on the way has been made, and not by somebody else');
  await open('settings');
  await page.route(({ pathname, search }) => pathname.endsWith('/services/a') && search === '', async (route) => {
    if (route.request().method() !== 'PUT') return route.continue();
    await route.fetch();
    await route.abort();
  });
  await every.fill('40');
  await page.getByText('The server would take it').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('It is as you want it: this change was made').waitFor();
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await page.getByText('Nothing changes.').waitFor();
  t.equal((await scene.service('a')).spec.drift.intervalSeconds, 40);

  await open('events');
  await page.getByRole('region', { name: 'Events' }).getByText(/Applied|Ready|Succeeded|Created/).first().waitFor();

  t.comment('deleted: what goes, who needs it, and the name once more');
  await open('settings');
  await page.getByRole('button', { name: 'Delete this service …' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText(/docker_container/).waitFor();
  await dialog.getByText('b needs it').waitFor();
  t.ok(await dialog.getByRole('button', { name: 'Delete a', exact: true }).isDisabled());
  await dialog.getByLabel('Type a to go on').fill('a');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  t.same(complaints, [], 'no script failed, and the policy refused nothing');
});
