import type { Client } from '@spawnit/contract';
import type { Page } from 'playwright-core';
import { nameOf } from '../control-plane/plane.js';
import { frames, watchFrames } from './browser.js';

const seconds = 10;
const changesPerSecond = 20;

/** Scrolls through the list of services from one end to the other while services change, and gives the time between frames. */
export async function scrollServices(page: Page, server: string, client: Client, count: number): Promise<number[]> {
  await page.goto(`${server}/ui/services`);
  await page.getByRole('link', { name: nameOf(0), exact: true }).waitFor();
  const ending = new AbortController();
  const changing = change(client, count, ending.signal);
  await watchFrames(page);
  await page.getByRole('region', { name: 'Services' }).hover();
  await frames(page);
  for (const until = performance.now() + seconds * 1000; performance.now() < until; ) await page.mouse.wheel(0, 1_500);
  const found = await frames(page);
  ending.abort();
  await changing;
  return found;
}

async function change(client: Client, count: number, signal: AbortSignal): Promise<void> {
  for (let i = 0; !signal.aborted; i++) {
    await client.services.patch(nameOf(i % count), 'default', { metadata: { annotations: { bench: String(i) } } });
    await new Promise((resolve) => setTimeout(resolve, 1000 / changesPerSecond));
  }
}
