import { checkout } from '@spawnit/local';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

/** Whose settings are read below which folder; the scheduler has none but those of all controllers. */
const folders = {
  apiserver: 'apiserver/src',
  controllers: 'packages/controller/src',
  reconciler: 'reconciler/src',
  scheduler: 'scheduler/src',
  'drift-controller': 'drift-controller/src',
  'worker-agent': 'worker-agent/src',
  spawnctl: 'packages/spawnctl/src',
  'npm start, npm test': 'deploy/local/src',
  tests: 'packages/spawnctl/test',
  'npm run bench': 'bench',
};

const rows = [...readFileSync(join(checkout, 'docs', 'settings.md'), 'utf8').matchAll(/^\| ([\w, -]+) \| `([A-Z0-9_]+)` \| (.*?) \| /gm)].map(([, program, variable, usual]) => ({ program: program!, variable: variable!, usual: usual! }));

t.test('docs/settings.md names each variable that is read, and none that is not', async (t) => {
  t.ok(rows.length > 50, 'rows were found');
  const read = Object.entries(folders).flatMap(([program, folder]) => [...new Set(sourcesBelow(folder).flatMap(readIn))].map((variable) => `${program}: ${variable}`));
  t.same(rows.map(({ program, variable }) => `${program}: ${variable}`).sort(), read.sort());
});

t.test('a default that is written out in the code is the one of docs/settings.md', async (t) => {
  const written = Object.entries(folders).flatMap(([program, folder]) => sourcesBelow(folder).flatMap(usuallyIn).map(([variable, usual]) => `${program}: ${variable} ${usual}`));
  t.ok(written.length > 20, 'defaults were found');
  t.same(written.filter((each) => !rows.some(({ program, variable, usual }) => each === `${program}: ${variable} ${usual}`)), []);
});

/** Names that a schema of the environment has, or that are taken from it one by one. */
function readIn(text: string): string[] {
  const ways = [/^ +([A-Z][A-Z0-9_]+): (?:z|Name)\./gm, /\benv(?:\.|\[')((?:SPAWNIT|AWS|XDG|DOCKER)_\w+)/g, /sizesAsked\('(\w+)'/g];
  return ways.flatMap((way) => [...text.matchAll(way)].map((found) => found[1]!)).filter((name) => /^(SPAWNIT|AWS|XDG|DOCKER|KUBE)_|^(KUBECONFIG|VISUAL|EDITOR|HTTPS?_PROXY|NO_PROXY)$/.test(name));
}

/** Variables of a schema with their defaults, where these are literals; none for what may be left out. */
function usuallyIn(text: string): [string, string][] {
  return [...text.matchAll(/^ +([A-Z][A-Z0-9_]+): z\.(.*),$/gm)].flatMap(([, name, rest]): [string, string][] => {
    const literal = /\.default\((?:'([^']*)'|([\d_]+))\)/.exec(rest!);
    const value = literal?.[1] ?? literal?.[2]?.replaceAll('_', '');
    return value === undefined ? [] : [[name!, value === '' ? '–' : `\`${value}\``]];
  });
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.ts$/.test(name) && !/(^|\/)(dist|node_modules)\//.test(name))
    .map((name) => readFileSync(join(checkout, folder, name), 'utf8'));
}
