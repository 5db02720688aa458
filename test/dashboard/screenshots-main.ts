import { checkout } from '@spawnit/local';
import type { Page } from 'playwright-core';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openScene } from '../e2e/scene.js';
import { goTo, openBrowser, openDashboard } from './browser.js';
import { pagesWith, tabsOn } from './pages.js';
import { decodePng } from './png/decode.js';
import { encodePng } from './png/encode.js';
import { setStage } from './stage.js';

const folder = join(checkout, 'docs', 'screenshots');
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };

/** Writes a picture of each page to docs/screenshots, in both themes and two widths. */
async function main(): Promise<void> {
  const closers: (() => unknown)[] = [];
  const run = { teardown: (closer: () => unknown) => void closers.unshift(closer), comment: console.error, passing: () => true };
  try {
    const scene = await openScene(run);
    const subjects = await setStage(run, scene, '');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const stranger = await openBrowser(run);
    await goTo(stranger.page, scene.star.server);
    await stranger.page.getByLabel('Token').waitFor();
    await take(stranger.page, 'sign-in');
    const { page } = await openDashboard(run, scene);
    for (const { name, path } of pagesWith(subjects)) await takeTabs(page, scene.star.server + path, name);
  } finally {
    for (const close of closers) await close();
  }
}

async function takeTabs(page: Page, address: string, name: string): Promise<void> {
  await goTo(page, address);
  await page.locator('main h1, main h2').first().waitFor();
  const tabs = await tabsOn(page);
  if (tabs.length === 0) return take(page, name);
  for (const tab of tabs) {
    await goTo(page, tab);
    await take(page, `${name}-${new URL(tab).searchParams.get('tab') ?? 'overview'}`);
  }
}

async function take(page: Page, name: string): Promise<void> {
  await page.getByText(/^Loading /).first().waitFor({ state: 'hidden' });
  for (const [size, viewport] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
      const file = await page.screenshot({ animations: 'disabled', caret: 'hide' });
      writeFileSync(join(folder, `${name}-${size}-${colorScheme}.png`), encodePng(decodePng(file)));
    }
  console.error(name);
}

await main();
