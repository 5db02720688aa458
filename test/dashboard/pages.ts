import { checkout } from '@spawnit/local';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** What the pages of this run are shown with. */
export interface Subjects {
  namespace: string;
  service: string;
  job: string;
  template: string;
}

export interface PageAddress {
  /** For a file's name. */
  name: string;
  path: string;
}

/** What stands for the `$name` of an address; the rest of the parameters have their own. */
const nameIn: Record<string, keyof Subjects> = { services: 'service', runs: 'job', templates: 'template', catalogue: 'template' };

/** The address of each page that web/src/routes.tsx knows. Throws for one that nothing here says how to open: say it in `nameIn`. */
export function pagesWith(subjects: Subjects): PageAddress[] {
  return routes().map((route) => ({ name: nameOf(route), path: `/ui${addressOf(route, subjects)}` }));
}

function routes(): string[] {
  const source = readFileSync(join(checkout, 'web', 'src', 'routes.tsx'), 'utf8');
  return [...source.matchAll(/\bpath: '([^']+)'/g)].map(([, path]) => path!);
}

function addressOf(route: string, subjects: Subjects): string {
  return route.replace(/\$(\w+)/g, (_, parameter: string) => {
    const key = parameter === 'name' ? nameIn[route.split('/')[1]!] : (parameter as keyof Subjects);
    const value = key && subjects[key];
    if (value === undefined) throw new Error(`nothing says what stands for $${parameter} in ${route}`);
    return value;
  });
}

function nameOf(route: string): string {
  const words = route.split('/').filter((part) => part !== '' && !part.startsWith('$'));
  const one = route.includes('$') ? (route.startsWith('/catalogue') ? ['new'] : ['one']) : [];
  return [...words, ...one].join('-') || 'overview';
}

/** Addresses of the tabs of a page, if it has any. */
export function tabsOn(page: Page): Promise<string[]> {
  return page.locator('nav.tabs a').evaluateAll((links) => links.map((link) => String((link as unknown as { href: string }).href)));
}
