import { toolPath } from '@spawnit/local';
import { waitFor } from '@spawnit/testkit';
import { chromium, type Page } from 'playwright-core';
import type { Scene } from '../e2e/scene.js';

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** The engine may have much to do. */
const patienceMs = 180_000;

interface Test {
  teardown(handler: () => unknown): void;
}

export interface Dashboard {
  page: Page;
  /** What the page or the browser complained of: errors of scripts, refusals of the policy. */
  complaints: string[];
}

/** A real Chromium, signed in to a star's dashboard with the administrator's token. */
export function openDashboard(t: Test, { star }: Pick<Scene, 'star'>): Promise<Dashboard> {
  return openPage(t, star.server, star.adminToken);
}

/** The same for any server. */
export async function openPage(t: Test, server: string, token: string): Promise<Dashboard> {
  const dashboard = await openBrowser(t);
  const { page } = dashboard;
  await goTo(page, server);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return dashboard;
}

/** Opens an address of the dashboard. Chromium breaks a load off, or that of a script, when an interface of the machine comes or goes, and engines make some all the time. */
export async function goTo(page: Page, address: string): Promise<void> {
  const opened = async () => {
    await page.goto(address);
    await page.locator('#root > *').first().waitFor({ timeout: patienceMs / 6 });
    return true;
  };
  await waitFor(opened, { what: `${address} to be opened`, everyMs: 250 });
}

/** A page of a real Chromium that knows nobody yet. */
export async function openBrowser(t: Test): Promise<Dashboard> {
  const browser = await chromium.launch({ executablePath: toolPath('chromium'), args });
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => void (/Content Security Policy|Minified React/.test(message.text()) && complaints.push(message.text())));
  return { page, complaints };
}
