import { docker, freePort } from '@spawnit/testkit';
import type { Page } from 'playwright-core';
import t from 'tap';
import { openScene, webServer, type Scene } from '../e2e/scene.js';
import { goTo, openDashboard } from './browser.js';

const agents = [{ name: 'agent-1', dockerHost: 'unix:///var/run/docker.sock' }];

/** Opens a part of a service by its link. */
async function open(page: Page, scene: Scene, name: string, part = 'Overview'): Promise<void> {
  await goTo(page, `${scene.star.server}/ui/services/${scene.namespace}/${name}`);
  await page.getByRole('heading', { name, exact: true }).waitFor();
  await page.getByRole('link', { name: part, exact: true }).and(page.locator('.tabs a')).click();
}

async function confirm(page: Page, word: string): Promise<void> {
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: word, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

t.test('a plan is reviewed in the browser before anything is made: rejected with a reason, then approved after all', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents });
  const { page, complaints } = await openDashboard(t, scene);
  const port = await freePort();
  await scene.client.services.create(webServer('reviewed', scene.namespace, port, { approval: 'Manual' }));
  await open(page, scene, 'reviewed');
  await page.getByRole('link', { name: 'Review plan' }).click();
  await page.getByRole('heading', { name: /Plan: [1-9]\d* to add, 0 to change, 0 to destroy/ }).waitFor();
  const plan = page.getByRole('region', { name: /^Plan:/ });
  await plan.getByText('module.instance.docker_container.this').waitFor();
  await page.getByLabel('Search addresses').fill('docker_container');
  await plan.getByText('module.instance.docker_image.this').waitFor({ state: 'detached' });
  t.match(await page.getByRole('list', { name: 'Stages' }).innerText(), /queued[^]*plan[^]*approve \(now\)/);

  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  t.ok(await page.getByRole('alertdialog').getByRole('button', { name: 'Reject' }).isDisabled(), 'not without a reason');
  await page.getByLabel('Why').fill('not on a Friday');
  await confirm(page, 'Reject');
  await page.getByText('Rejected by admin: not on a Friday').waitFor();
  t.same(await scene.containers('reviewed'), []);

  await page.getByRole('button', { name: 'Approve after all' }).click();
  await confirm(page, 'Approve');
  await page.getByRole('link', { name: 'reviewed', exact: true }).click();
  const address = page.getByRole('link', { name: `http://127.0.0.1:${port}` });
  await address.waitFor();
  await scene.answers(port);
  const [opened] = await Promise.all([page.context().waitForEvent('page'), address.click()]);
  await opened.getByText('reviewed').waitFor();
  t.same(complaints, []);
});

t.test('what was broken is reverted, what was changed is accepted or ignored, and a revision leads back', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents });
  const { page, complaints } = await openDashboard(t, scene);
  const service = webServer('mended', scene.namespace, await freePort());
  service.spec.parameters = { ...service.spec.parameters, limits: { memory_mb: 64 } };
  await scene.client.services.create(service);
  await scene.phase('mended', 'Ready');
  const [first] = await scene.containers('mended');

  await docker(['rm', '--force', first!]);
  await open(page, scene, 'mended', 'Drift');
  await page.getByRole('button', { name: 'Revert The object itself' }).click();
  await page.getByRole('alertdialog').getByRole('row', { name: /docker_container\.this\.\(exists\) missing present/ }).waitFor();
  await confirm(page, 'Revert');
  await page.getByText(/^As declared for/).waitFor();
  const [second] = await scene.containers('mended');
  t.ok(second !== undefined && second !== first);
  t.match((await scene.jobs('mended')).map(({ spec }) => spec.trigger), /Revert/);

  await docker(['update', '--memory', '48m', '--memory-swap', '-1', second!]);
  await page.getByRole('button', { name: 'Accept Limits › Memory' }).click();
  await page.getByRole('alertdialog').getByRole('row', { name: 'Limits › Memory (MB) 64 48' }).waitFor();
  await confirm(page, 'Accept');
  await scene.phase('mended', 'Ready');
  t.match((await scene.service('mended')).spec.parameters, { limits: { memory_mb: 48 } });
  t.same(await scene.containers('mended'), [second], 'nothing was made anew for it');

  await docker(['update', '--memory', '56m', '--memory-swap', '-1', second!]);
  await page.getByRole('button', { name: 'Ignore Limits › Memory' }).click();
  await confirm(page, 'Ignore');
  await page.getByText('(ignored)').waitFor();
  await page.getByText(/^As declared for/).waitFor();
  t.equal(JSON.parse(await docker(['inspect', '--format', '{{.HostConfig.Memory}}', second!])), 56 * 1024 * 1024, 'and it stays as it is');

  await page.getByRole('link', { name: 'History', exact: true }).click();
  await page.getByRole('row', { name: /mended-2 .* admin Drift accepted: limits\.memory_mb 48/ }).waitFor();
  await page.getByLabel('From', { exact: true }).selectOption('mended-1');
  await page.getByRole('region', { name: /From mended-1 to mended-3/ }).getByText('memory_mb: 48').waitFor();
  await page.getByRole('button', { name: 'Roll back to mended-1' }).click();
  await page.getByRole('alertdialog').getByRole('row', { name: 'Limits › Memory (MB) 48 64' }).waitFor();
  await confirm(page, 'Roll back');
  await page.getByRole('row', { name: /mended-4 .*Rolled back to revision mended-1 Applied/ }).waitFor();
  t.equal(JSON.parse(await docker(['inspect', '--format', '{{.HostConfig.Memory}}', (await scene.containers('mended'))[0]!])), 64 * 1024 * 1024);

  const [third] = await scene.containers('mended');
  await page.getByRole('button', { name: 'Restart' }).click();
  await confirm(page, 'Restart');
  await page.getByText(/\(Restart\)/).first().waitFor();
  await scene.phase('mended', 'Ready');
  t.not((await scene.containers('mended'))[0], third, 'a restart makes the container anew');
  t.same(complaints, []);
});
