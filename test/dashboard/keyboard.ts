import type { Locator, Page } from 'playwright-core';

/** Goes on with Tab alone until what has the focus has this role and name. Throws when it was not reached. */
export async function tabTo(page: Page, role: Parameters<Page['getByRole']>[0], name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true });
  await wanted.first().waitFor();
  for (let presses = 0; presses < 200; presses++) {
    for (const each of await wanted.all()) if (await hasFocus(each)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${role} “${name}” is not reached with Tab`);
}

export function hasFocus(locator: Locator): Promise<boolean> {
  return locator.evaluate((node) => (node as unknown as { matches(selector: string): boolean }).matches(':focus'));
}

/** How the outline of what has the focus looks. */
export async function outline(page: Page): Promise<{ style: string; width: string }> {
  return page.evaluate('(({ outlineStyle, outlineWidth }) => ({ style: outlineStyle, width: outlineWidth }))(getComputedStyle(document.activeElement))');
}
