import { helloImage } from '@spawnit/local';
import { docker, freePort, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { openScene } from '../e2e/scene.js';
import { openDashboard } from './browser.js';
import { hasFocus, outline, tabTo } from './keyboard.js';

t.test('a service is made with the keyboard alone, from the first page to its address', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const { page, complaints } = await openDashboard(t, scene);
  const { keyboard } = page;
  const name = `keys-${process.pid}`;
  const port = String(await freePort());
  t.teardown(() => docker(['rm', '--force', '--volumes', `default.${name}`]).catch(() => undefined));
  const type = async (label: string, text: string) => {
    await tabTo(page, 'textbox', label);
    await keyboard.type(text);
  };

  await tabTo(page, 'link', 'Skip to content');
  await keyboard.press('Enter');
  t.equal(await page.evaluate('document.activeElement.id'), 'main', 'navigation can be skipped');
  await tabTo(page, 'link', 'Catalogue');
  t.not((await outline(page)).style, 'none', 'one sees where one is');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Catalogue' }).waitFor();
  await tabTo(page, 'link', 'Web server');
  await keyboard.press('Enter');
  await type('Name', name);
  await type('First page', 'made by keys');
  await tabTo(page, 'spinbutton', 'Port');
  await keyboard.type(port);
  await type('Image', helloImage);
  await type('Document root', '/www');
  await tabTo(page, 'spinbutton', 'Port in the container');
  await keyboard.type('8080');
  await page.getByText('The server would take it').waitFor();
  await tabTo(page, 'button', 'Create');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name, exact: true }).waitFor();
  await page.getByText('Ready: True').waitFor();
  await tabTo(page, 'link', `http://127.0.0.1:${port}`);
  await scene.answers(Number(port));

  await tabTo(page, 'button', 'Delete');
  await keyboard.press('Enter');
  await page.getByRole('alertdialog').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
  await waitFor(() => hasFocus(page.getByRole('button', { name: 'Delete', exact: true })), { what: 'the focus to be where it was before the question' });
  t.same(complaints, []);
});
