import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { openScene } from '../e2e/scene.js';
import { bringAxe, flawsInBothThemes } from './axe.js';
import { goTo, openBrowser, openDashboard } from './browser.js';
import { pagesWith, tabsOn, type Subjects } from './pages.js';
import { openServer } from './server.js';
import { setStage } from './stage.js';

const nobody: Subjects = { namespace: 'default', service: 'nobody', job: 'nobody', template: 'redis' };

/** A page has come when something says what it is about. */
async function shown(page: Page): Promise<void> {
  await page.locator('main h1, main h2').first().waitFor();
}

async function look(t: Test, page: Page, what: string, but: string[] = []): Promise<void> {
  t.same((await flawsInBothThemes(page)).filter((flaw) => !but.some((rule) => flaw.includes(rule))), [], what);
}

t.test('full pages, their tabs and their dialogs have no flaw in either theme', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const subjects = await setStage(t, scene);
  const { page, complaints } = await openDashboard(t, scene);
  await bringAxe(page);
  for (const { name, path } of pagesWith(subjects)) {
    await goTo(page, scene.star.server + path);
    await shown(page);
    await look(t, page, name);
    for (const tab of await tabsOn(page)) {
      await goTo(page, tab);
      await page.locator('nav.tabs ~ *').first().waitFor();
      await page.getByText(/^Loading /).first().waitFor({ state: 'hidden' });
      await look(t, page, `${name} ${new URL(tab).search}`);
    }
  }
  await goTo(page, `${scene.star.server}/ui/services/${subjects.namespace}/${subjects.service}`);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('alertdialog').waitFor();
  await look(t, page, 'the question before deleting');
  await page.keyboard.press('Escape');
  for (const [key, what] of [['Control+k', 'the palette'], ['?', 'the help of the keys']] as const) {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
    await look(t, page, what);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  t.same(complaints, []);
});

t.test('empty pages, what is not there, and the sign-in have no flaw in either theme', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const stranger = await openBrowser(t);
  await bringAxe(stranger.page);
  await goTo(stranger.page, server.star.server);
  await stranger.page.getByLabel('Token').fill('not a token');
  await look(t, stranger.page, 'sign-in');
  await stranger.page.getByRole('button', { name: 'Sign in' }).click();
  await stranger.page.getByRole('alert').waitFor();
  await look(t, stranger.page, 'a refused sign-in');

  const { page } = await openDashboard(t, server);
  await bringAxe(page);
  for (const { name, path } of [...pagesWith(nobody), { name: 'a page that is not there', path: '/ui/nothing/here' }]) {
    await goTo(page, server.star.server + path);
    await shown(page);
    await look(t, page, `${name}, empty`);
  }
  await goTo(page, `${server.star.server}/ui/catalogue/redis`);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('Password is required').waitFor();
  await look(t, page, 'a form with what is wrong in it');
});

t.test('pages that wait for the server, and that lost it, have no flaw in either theme', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page } = await openDashboard(t, server);
  await bringAxe(page);
  let answer: 'never' | 'refuse' = 'never';
  await page.route('**/apis/**', (route) => (answer === 'never' ? undefined : route.fulfill({ status: 500, contentType: 'application/json', headers: { 'x-request-id': 'r-1' }, body: '{"message":"out of order"}' })));
  for (const { name, path } of pagesWith(nobody)) {
    await goTo(page, server.star.server + path);
    await page.locator('main [role="status"], main [aria-busy="true"]').first().waitFor();
    // Its heading comes with what it is about.
    await look(t, page, `${name}, loading`, ['page-has-heading-one']);
  }
  await page.unroute('**/apis/**');
  await goTo(page, `${server.star.server}/ui/catalogue/redis`);
  await shown(page);
  answer = 'refuse';
  await page.route('**/apis/**', (route) => route.fulfill({ status: 500, contentType: 'application/json', headers: { 'x-request-id': 'r-1' }, body: '{"message":"out of order"}' }));
  await page.getByLabel('Name', { exact: true }).fill('x');
  await page.getByText('out of order').first().waitFor();
  await look(t, page, 'a form whose server is out of order');
  await server.star.process('apiserver').killNow();
  await page.getByText(/Reconnecting/).waitFor();
  await look(t, page, 'a page that lost its server');
});

t.test('who wants less motion sees none', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page } = await openDashboard(t, server);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const { name, path } of pagesWith(nobody)) {
    await goTo(page, server.star.server + path);
    await shown(page);
    const moving = await page.evaluate('document.getAnimations().filter((each) => each.playState === "running").map((each) => each.effect.target.className)');
    t.same(moving, [], name);
  }
});
