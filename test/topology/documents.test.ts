import { checkout } from '@spawnit/local';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';

const root = /^(apiserver|scheduler|reconciler|drift-controller|worker-agent|web|modules|deploy|packages|test|bench|docs|src)\/./;
const pages = ['README.md', 'CONTRIBUTING.md', 'web/README.md', 'packages/spawnctl/README.md', ...markdown('docs'), ...markdown('docs/adr')];

t.test('every path of this repository that a document names exists', async (t) => {
  const missing = pages.flatMap((page) => pathsIn(page).filter((path) => ![checkout, join(checkout, dirname(page))].some((from) => existsSync(join(from, path)))).map((path) => `${page}: ${path}`));
  t.ok(pages.flatMap(pathsIn).length > 20, 'paths were found');
  t.same(missing, []);
});

t.test('every source file that a document names by the end of its path alone exists', async (t) => {
  const sources = sourcesBelow('.');
  const named = pages.flatMap((page) => endsIn(page).map((end) => ({ page, end })));
  t.ok(named.length > 20, 'names were found');
  t.same(named.filter(({ end }) => !sources.some((path) => path.endsWith(`/${end}`))), []);
});

t.test('every link from one document to another leads somewhere', async (t) => {
  const broken = pages.flatMap((page) => linksIn(page).filter((link) => !existsSync(join(checkout, dirname(page), link))).map((link) => `${page}: ${link}`));
  t.same(broken, []);
});

function markdown(folder: string): string[] {
  return readdirSync(join(checkout, folder)).filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

/** Paths in backticks from the top level, or from the page's own folder; those with a placeholder or pattern are left out. */
function pathsIn(page: string): string[] {
  return quotedIn(page).filter((path) => root.test(path) && !path.includes('/dist/'));
}

/** Such as `log/replay.ts`, after one of the same folder. */
function endsIn(page: string): string[] {
  return quotedIn(page).filter((path) => /\w\.tsx?$/.test(path) && !root.test(path));
}

function quotedIn(page: string): string[] {
  return [...read(page).matchAll(/`([\w./-]+)`/g)].map((m) => m[1]!);
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(checkout, folder), { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.git'].includes(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? sourcesBelow(path) : [path];
  });
}

function linksIn(page: string): string[] {
  return [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)|\bsrc(?:set)?="([^"]+)"/g)].map((m) => (m[1] ?? m[2])!).filter((link) => !/^[a-z]+:/.test(link));
}

function read(page: string): string {
  return readFileSync(join(checkout, page), 'utf8');
}
