import { helloImage } from '@spawnit/local';
import { docker, freePort } from '@spawnit/testkit';
import t from 'tap';
import { openScene } from '../e2e/scene.js';
import { openDashboard } from './browser.js';

const agents = [{ name: 'agent-1', dockerHost: 'unix:///var/run/docker.sock' }];

t.test('who asks in the form to see each plan sees it, approves it, watches it run, and opens its address', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents });
  const { page, complaints } = await openDashboard(t, scene);
  const port = await freePort();
  const name = `looked-at-${process.pid}`;
  t.teardown(() => docker(['rm', '--force', '--volumes', `default.${name}`]).catch(() => undefined));

  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await page.getByRole('link', { name: 'Web server' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Port', { exact: true }).fill(String(port));
  await page.getByLabel('First page').fill('<h1>approved in the browser</h1>');
  await page.getByLabel('Image').fill(helloImage);
  await page.getByLabel('Document root').fill('/www');
  await page.getByLabel('Port in the container').fill('8080');
  await page.getByRole('checkbox', { name: 'Show me each plan and wait for my approval' }).check();
  await page.getByText('The server would take it').waitFor();
  await page.getByRole('button', { name: 'Create', exact: true }).click();

  await page.getByRole('link', { name: 'Review plan' }).click();
  await page.getByRole('heading', { name: /Plan: [1-9]\d* to add, 0 to change, 0 to destroy/ }).waitFor();
  await page.getByRole('region', { name: /^Plan:/ }).getByText('module.instance.docker_container.this').waitFor();
  t.equal(await docker(['ps', '--all', '--quiet', '--filter', `name=^default.${name}$`]), '', 'nothing is made before somebody says so');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });

  await page.getByRole('link', { name: /Watch it being applied|See how it was applied/ }).click();
  await page.getByRole('list', { name: 'Stages' }).getByText('apply', { exact: true }).waitFor();
  await page.getByRole('log').getByText(/Apply complete/).waitFor();
  await page.getByRole('link', { name, exact: true }).click();
  const address = page.getByRole('link', { name: `http://127.0.0.1:${port}` });
  await address.waitFor();
  await scene.answers(port);
  const [opened] = await Promise.all([page.context().waitForEvent('page'), address.click()]);
  await opened.getByRole('heading', { name: 'approved in the browser' }).waitFor();
  t.same(complaints, []);
});
