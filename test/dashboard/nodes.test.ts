import { freePort } from '@spawnit/testkit';
import t from 'tap';
import { openScene } from '../e2e/scene.js';
import { openDashboard } from './browser.js';

t.test('the star shows a node that is killed as lost, and what it ran come up on another', { timeout: 300_000 }, async (t) => {
  const scene = await openScene(t);
  const { page, complaints } = await openDashboard(t, scene);
  const port = await freePort();
  await scene.post('a', port);
  const { status } = await scene.phase('a', 'Ready');
  const [from, to] = status!.node === 'agent-1' ? ['agent-1', 'agent-2'] : ['agent-2', 'agent-1'];

  await page.getByRole('link', { name: 'Nodes', exact: true }).click();
  const star = page.getByRole('group', { name: 'The API server and 2 nodes, 2 of them ready' });
  await star.getByRole('link', { name: `${from}: ready, 1 services` }).waitFor();
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
  await page.getByRole('link', { name: `${to}: ready, 1 services` }).waitFor();
  await page.getByRole('link', { name: `${from}: lost, 0 services` }).waitFor();
  await scene.phase('a', 'Ready');
  await scene.answers(port);

  await page.getByRole('link', { name: 'Services', exact: true }).click();
  const service = page.getByRole('row', { name: /web-server/ });
  await service.getByRole('link', { name: to!, exact: true }).waitFor();
  t.comment('checked a moment ago, and said so');
  await service.getByText(/^\d+ s ago$/).waitFor();
  t.same(complaints, [], 'no script failed, and the policy refused nothing');
});
