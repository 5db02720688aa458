import { freePort } from '@spawnit/testkit';
import t from 'tap';
import { heldEngine } from '../e2e/held-engine.js';
import { machineEngine, openScene } from '../e2e/scene.js';
import { goTo, openDashboard } from './browser.js';

t.test('a run under way is cancelled in the browser: it ends, says why, leaves nothing behind, and is begun again when told', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: held.host }] });
  const { page, complaints } = await openDashboard(t, scene);
  held.hold(/^POST .*\/containers\/create/);
  await scene.post('halted', await freePort());
  await held.held();

  await goTo(page, `${scene.star.server}/ui/services/${scene.namespace}/halted`);
  await page.getByRole('region', { name: 'Under way' }).getByText('apply (now)').waitFor();
  await page.getByRole('link', { name: 'Watch halted being made' }).click();
  await page.getByRole('list', { name: 'Stages' }).getByText('apply (now)').waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText(/ends as soon as tofu has stopped in order/).waitFor();
  await dialog.getByRole('button', { name: 'End it' }).click();
  await page.getByRole('button', { name: 'Cancelling …' }).waitFor();
  held.release();
  await page.getByText('Cancelled: asked for in the dashboard').waitFor();
  t.same(await page.getByRole('button', { name: /^Cancel/ }).count(), 0, 'what is over is not cancelled');

  await page.getByRole('link', { name: 'halted', exact: true }).click();
  await page.getByText('Stalled: True').waitFor();
  await page.getByRole('status').getByText('It did not come up as declared').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Ready: True').waitFor();
  t.equal((await scene.containers('halted')).length, 1);
  t.same(complaints, []);
});
