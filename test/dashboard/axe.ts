import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Violation {
  id: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** WCAG 2.2, 2.5.8: a target may be as low as the lines of the text that it stands in, and lines of a log are close. */
const lineNumbers = /^target-size at a\[href\$="#L\d+"\]/;

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Makes axe known to every page that is opened from now on. */
export async function bringAxe(page: Page): Promise<void> {
  await page.addInitScript({ content: axe.source });
}

/** What axe finds against WCAG 2.2 AA in a page as it is now, in one line each. */
async function flaws(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<{ violations: Violation[] }>(`axe.run(document, ${JSON.stringify({ runOnly: standards, resultTypes: ['violations'] })})`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary = '' }) => `${id} at ${target.join(' ')}: ${failureSummary.replaceAll('\n', ' ')}`)).filter((flaw) => !lineNumbers.test(flaw));
}

/** The same in both themes. */
export async function flawsInBothThemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await flaws(page)).map((flaw) => `${colorScheme}: ${flaw}`));
  }
  return found;
}
