import { toolPath } from '@spawnit/local';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const patienceMs = 120_000;

/** A browser that is signed in and has nothing in its cache yet but what the sign-in needed. */
export async function openBrowser(server: string, token: string): Promise<{ context: BrowserContext; page: Page; close(): Promise<void> }> {
  const browser = await chromium.launch({ executablePath: toolPath('chromium'), args });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  await page.goto(server);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return { context, page, close: () => browser.close() };
}

/** From now on the page keeps the time between its frames. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const frames = (window.frames_ = []);
    let last = performance.now();
    const next = (now) => { frames.push(now - last); last = now; requestAnimationFrame(next); };
    requestAnimationFrame(next);
  })()`);
}

/** Times (ms) between frames since the last call. */
export function frames(page: Page): Promise<number[]> {
  return page.evaluate('window.frames_.splice(0)');
}
