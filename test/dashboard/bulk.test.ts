import { docker, freePort } from '@spawnit/testkit';
import t from 'tap';
import { openScene } from '../e2e/scene.js';
import { goTo, openDashboard } from './browser.js';

const agents = [{ name: 'agent-1', dockerHost: 'unix:///var/run/docker.sock' }];

t.test('those that are picked in the list are reverted together, and deleted together', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents });
  const { page, complaints } = await openDashboard(t, scene);
  const names = ['one', 'two', 'three'];
  for (const name of names) await scene.post(name, await freePort());
  for (const name of names) await scene.phase(name, 'Ready');
  const [first] = await scene.containers('one');
  const [second] = await scene.containers('two');
  await docker(['rm', '--force', first!, second!]);

  await goTo(page, `${scene.star.server}/ui/services`);
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  for (const name of ['one', 'two']) await row(name).getByText('Drifted', { exact: true }).waitFor();
  await page.getByRole('checkbox', { name: 'Pick all 3' }).check();
  await page.getByRole('button', { name: 'Revert 2 drifted' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Revert 2 services?' });
  await dialog.getByText(/one \(\d+ fields?\), two \(\d+ fields?\)/).waitFor();
  await dialog.getByRole('button', { name: 'Revert', exact: true }).click();
  await page.getByText('2 reverted').waitFor();
  for (const name of names) await row(name).getByText('Ready', { exact: true }).waitFor();
  for (const name of names) t.equal((await scene.containers(name)).length, 1, `${name} runs`);
  t.not((await scene.containers('one'))[0], first, 'it was made anew');

  await page.getByRole('checkbox', { name: 'Pick three' }).uncheck();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('alertdialog').getByText(/is destroyed, with what their volumes hold: one, two/).waitFor();
  await page.getByRole('button', { name: 'Delete 2 services' }).click();
  for (const name of ['one', 'two']) await row(name).waitFor({ state: 'detached' });
  await row('three').waitFor();
  t.same(await Promise.all(names.map(async (name) => (await scene.containers(name)).length)), [0, 0, 1]);
  t.same(complaints, []);
});
