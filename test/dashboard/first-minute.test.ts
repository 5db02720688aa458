import { helloImage } from '@spawnit/local';
import { docker, freePort } from '@spawnit/testkit';
import t from 'tap';
import { openScene } from '../e2e/scene.js';
import { openDashboard } from './browser.js';

t.test('picked, filled in and watched in a browser: from sign-in to an address that answers, and what was broken is seen', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const { page, complaints } = await openDashboard(t, scene);
  const port = await freePort();

  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await page.getByRole('link', { name: 'Web server' }).click();
  const name = `web-${process.pid}`;
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Port', { exact: true }).fill('70000');
  await page.getByLabel('Port', { exact: true }).press('Tab');
  await page.getByText('Port must be 1–65535 (got 70000)').waitFor();
  await page.getByText('Not yet: see what is marked').waitFor();
  await page.getByLabel('Port', { exact: true }).fill(String(port));
  await page.getByLabel('First page').fill('<h1>from the browser</h1>');
  await page.getByLabel('Image').fill(helloImage);
  await page.getByLabel('Document root').fill('/www');
  await page.getByLabel('Port in the container').fill('8080');
  await page.getByText('The server would take it').waitFor();
  await page.getByRole('button', { name: 'Create', exact: true }).click();

  await page.getByRole('heading', { name, exact: true }).waitFor();
  t.teardown(() => docker(['rm', '--force', '--volumes', `default.${name}`]).catch(() => undefined));
  await page.getByText('Ready: True').waitFor();
  t.equal(await page.getByRole('link', { name: `http://127.0.0.1:${port}` }).getAttribute('href'), `http://127.0.0.1:${port}`);
  await scene.answers(port);

  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.getByRole('link', { name: 'Apply of generation 1' }).click();
  await page.getByRole('list', { name: 'Stages' }).waitFor();
  await page.getByRole('heading', { name: /Plan: \d+ to add/ }).waitFor();
  await page.getByRole('log').getByText(/Apply complete|Creation complete/).first().waitFor();

  await docker(['rm', '--force', `default.${name}`]);
  await page.getByRole('link', { name, exact: true }).click();
  t.equal(await page.getByRole('button', { name: 'Break it' }).count(), 0, 'nothing is broken on purpose outside of a demo');
  await page.getByText('Drifted', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByLabel(`Type ${name} to go on`).fill(name);
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await page.getByRole('heading', { name: `There is no service ${name}` }).waitFor();
  t.same(complaints, [], 'no script failed, and the policy refused nothing');
});
