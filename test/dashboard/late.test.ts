import t from 'tap';
import { goTo, openDashboard } from './browser.js';
import { openServer } from './server.js';

t.test('a part of the dashboard whose load breaks off is asked for again; one that never comes is told, and what is there stays', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page, complaints } = await openDashboard(t, server);
  let broken = 0;
  let most = 2;
  await page.route(/\/assets\/(templates|catalogue|palette)-.*\.js/, (route) => (broken < most ? (broken++, route.abort('failed')) : route.continue()));
  await page.getByRole('link', { name: 'Templates', exact: true }).click();
  await page.getByRole('heading', { name: /^Templates/ }).waitFor();
  t.equal(broken, 2, 'two loads broke off');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).waitFor();
  await page.keyboard.press('Escape');

  most = Infinity;
  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await page.getByRole('heading', { name: 'This page could not be shown' }).waitFor();
  t.match(await page.getByRole('alert').innerText(), /A part of it did not come\s+The network or the server is away/);
  await page.getByRole('link', { name: 'Nodes', exact: true }).click();
  await page.getByRole('heading', { name: /^Nodes/ }).waitFor();

  await goTo(page, `${server.star.server}/ui/catalogue`);
  await page.getByRole('button', { name: 'Load it again' }).waitFor();
  most = 0;
  await page.getByRole('button', { name: 'Load it again' }).click();
  await page.getByRole('heading', { name: 'Catalogue' }).waitFor();
  t.same(complaints, []);
});
