import { waitFor } from '@spawnit/testkit';
import type { BrowserContext } from 'playwright-core';

const rounds = 5;

export interface FirstLoad {
  /** Bytes of script on the wire. */
  script: number;
  interactiveMs: number[];
}

/** The overview in a browser that has nothing of it yet: what comes over the wire, and when the first thing can be clicked. */
export async function firstLoad(context: BrowserContext, server: string): Promise<FirstLoad> {
  const interactiveMs: number[] = [];
  let script = 0;
  for (let round = 0; round < rounds; round++) {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.addInitScript(`new MutationObserver((_, self) => {
      if (!document.querySelector('main h1')) return;
      self.disconnect();
      requestAnimationFrame(() => setTimeout(() => (window.interactive_ = performance.now())));
    }).observe(document, { childList: true, subtree: true })`);
    await page.goto(`${server}/ui/`);
    interactiveMs.push(await waitFor(() => page.evaluate<number | undefined>('window.interactive_'), { what: 'the overview', timeoutMs: 60_000, everyMs: 50 }));
    script = await page.evaluate('performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)');
    await page.close();
  }
  return { script, interactiveMs };
}
