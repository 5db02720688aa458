import { helloImage, skipped } from '@spawnit/local';
import { freePort, startDockerd } from '@spawnit/testkit';
import t from 'tap';
import { machineEngine, openScene } from '../e2e/scene.js';
import { openDashboard } from './browser.js';

t.test('the star shows a node that is killed as lost, and what it ran come up on another', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const { page, complaints } = await openDashboard(t, scene);
  const port = await freePort();
  await scene.post('a', port);
  const { status } = await scene.phase('a', 'Ready');
  const [from, to] = status!.node === 'agent-1' ? ['agent-1', 'agent-2'] : ['agent-2', 'agent-1'];

  await page.getByRole('link', { name: 'Nodes', exact: true }).click();
  const star = page.getByRole('group', { name: 'The API server and 2 nodes, 2 of them ready' });
  await star.getByRole('link', { name: `${from}: ready, 1 service` }).waitFor();
  const row = page.getByRole('row', { name: new RegExp(`^${from}`) });
  await row.getByText(/^\d s ago$/).waitFor();

  await page.getByRole('button', { name: `Cordon ${to}`, exact: true }).click();
  await page.getByRole('row', { name: new RegExp(`^${to}`) }).getByText('Cordoned').waitFor();
  await page.getByRole('button', { name: `Uncordon ${to}`, exact: true }).click();
  await page.getByRole('button', { name: `Cordon ${to}`, exact: true }).waitFor();

  await star.getByRole('link', { name: new RegExp(`^${from}`) }).click();
  t.match(page.url(), new RegExp(`node=${from}`));
  await page.getByRole('region', { name: from }).getByRole('link', { name: 'a', exact: true }).waitFor();

  scene.star.process(from!).kill('SIGKILL');
  await page.getByRole('group', { name: /1 of them ready/ }).waitFor();
  await page.getByRole('link', { name: new RegExp(`^${from}: lost`) }).waitFor();
  await row.getByText('Lost').waitFor();
  await page.getByRole('link', { name: `${to}: ready, 1 service` }).waitFor();
  await page.getByRole('link', { name: `${from}: lost, 0 services` }).waitFor();
  await scene.phase('a', 'Ready');
  await scene.answers(port);

  await page.getByRole('link', { name: 'Services', exact: true }).click();
  const service = page.getByRole('row', { name: /web-server/ });
  await service.getByRole('link', { name: to!, exact: true }).waitFor();
  t.comment('checked a moment ago, and said so');
  await service.getByText(/^\d+ s ago$/).waitFor();
  await service.getByRole('link', { name: to!, exact: true }).click();
  await page.getByRole('region', { name: to }).getByRole('link', { name: 'a', exact: true }).waitFor();
  t.same(complaints, [], 'no script failed, and the policy refused nothing');
});

t.test('a node is drained from the page: it says what will move, and what it has goes to the other', { timeout: 600_000, skip: skipped('second-engine') }, async (t) => {
  const other = await startDockerd({ name: 'engine-drained-here', t });
  await other.loadImage(helloImage);
  const scene = await openScene(t, { agents: [{ name: 'leaving', dockerHost: other.host }] });
  const port = await freePort();
  await scene.post('guest', port);
  await scene.phase('guest', 'Ready');
  scene.star.startAgent({ name: 'staying', dockerHost: machineEngine });
  const { page, complaints } = await openDashboard(t, scene);
  await page.getByRole('link', { name: 'Nodes', exact: true }).click();
  await page.getByRole('group', { name: /2 of them ready/ }).waitFor();

  await page.getByRole('button', { name: 'Drain leaving', exact: true }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Drain leaving?' });
  await dialog.getByText(/its 1 service moves to other nodes/).waitFor();
  await dialog.getByRole('button', { name: 'Drain leaving', exact: true }).click();
  const row = page.getByRole('row', { name: /^leaving/ });
  await page.getByRole('link', { name: 'staying: ready, 1 service' }).waitFor();
  await row.getByText('Drained', { exact: true }).waitFor();
  await scene.phase('guest', 'Ready');
  await scene.answers(port);
  t.same(await scene.containers('guest', other.host), [], 'nothing of it is left behind');

  await page.getByRole('button', { name: 'Uncordon leaving', exact: true }).click();
  await page.getByRole('button', { name: 'Cordon leaving', exact: true }).waitFor();
  t.equal(await row.getByText(/Drain(ed|ing)/).count(), 0);
  t.same(complaints, []);
});
