import { checkout } from '@spawnit/local';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';

const pages = ['README.md', 'CONTRIBUTING.md', ...markdown('docs'), ...markdown('docs/adr')];

t.test('every path of this repository that a document names exists', async (t) => {
  const missing = pages.flatMap((page) => pathsIn(page).filter((path) => !existsSync(join(checkout, path))).map((path) => `${page}: ${path}`));
  t.ok(pages.flatMap(pathsIn).length > 20, 'paths were found');
  t.same(missing, []);
});

t.test('every link from one document to another leads somewhere', async (t) => {
  const broken = pages.flatMap((page) => linksIn(page).filter((link) => !existsSync(join(checkout, dirname(page), link))).map((link) => `${page}: ${link}`));
  t.same(broken, []);
});

function markdown(folder: string): string[] {
  return readdirSync(join(checkout, folder)).filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

/** Paths in backticks that begin with a folder of the top level; those with a placeholder or pattern are left out. */
function pathsIn(page: string): string[] {
  const known = /^(apiserver|scheduler|reconciler|drift-controller|worker-agent|web|modules|deploy|packages|test|bench|docs)\//;
  return [...read(page).matchAll(/`([\w./-]+)`/g)].map((m) => m[1]!).filter((path) => known.test(path) && !path.includes('/dist/'));
}

function linksIn(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)|\bsrc(?:set)?="([^"]+)"/g)].map((m) => (m[1] ?? m[2])!).filter((link) => !/^[a-z]+:/.test(link));
}

function read(page: string): string {
  return readFileSync(join(checkout, page), 'utf8');
}
