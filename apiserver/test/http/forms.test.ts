import { ApiError } from '@spawnit/contract';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { parse } from 'yaml';
import { readYaml } from '../../src/http/yaml-body.js';
import { startPlane } from '../agent/plane.js';
import { shopCatalogue } from '../shop.js';

const dataDir = tempDir(t);
const plane = await startPlane(t, { dataDir, catalogueDir: shopCatalogue(t) });
const authorization = `Bearer ${readFileSync(join(dataDir, 'tokens', 'admin'), 'utf8').trim()}`;
const services = '/apis/spawnit.dev/v1/namespaces/default/services';
const send = (path: string, headers: Record<string, string>, init: RequestInit = {}) => fetch(plane.url + path, { ...init, headers: { authorization, ...headers } });

t.test('a body may be YAML, and so may any answer', async (t) => {
  const body = `apiVersion: spawnit.dev/v1\nkind: Service\nmetadata: { name: a }\nspec:\n  template: web # the shop's\n  parameters: { image: busybox }\n`;
  const made = await send(services, { 'content-type': 'application/yaml', accept: 'application/yaml' }, { method: 'POST', body });
  t.equal(made.status, 201);
  t.equal(made.headers.get('content-type'), 'application/yaml');
  t.match(parse(await made.text()), { kind: 'Service', spec: { template: 'web' } });
  const missing = await send(`${services}/none`, { accept: 'application/yaml' });
  t.match(parse(await missing.text()), { kind: 'Status', reason: 'NotFound' }, 'a refusal as well');
  t.match((await send(`${services}/a`, { accept: 'application/json, application/yaml' })).headers.get('content-type'), /json/, 'the first that there is');
});

t.test('YAML that can not be read is refused with its place, and nothing of it is told', async (t) => {
  const refused = async (body: string) => (await send(services, { 'content-type': 'application/yaml' }, { method: 'POST', body })).json();
  t.match(await refused('a: 1\na: 2\nsecret: [x'), { reason: 'BadRequest', message: /line \d+, column \d+$/ });
  t.match(await refused('a: &x {b: 1}\nc: [*x, *x]'), { reason: 'BadRequest', message: /aliases/ });
  t.match(await refused(`${'['.repeat(200)}${']'.repeat(200)}`), { reason: 'BadRequest', message: /nested/ });
  t.match(await refused('__proto__: {}'), { reason: 'BadRequest' });
  t.match(await refused(`a: ${'x'.repeat(300_000)}`), { reason: 'PayloadTooLarge' });
  t.match(await refused('a: 1\n---\nb: 2'), { reason: 'BadRequest' });
});

t.test('no YAML of the size that is read ends the server or holds it up for long', async (t) => {
  const size = 16 * 1024;
  const filled = (part: string) => part.repeat(Math.floor(size / part.length));
  const hostile = ['- ', '? ', ': ', '[', '{a: ', '- &a ', '!!str ', '- !!seq ', 'a:\n', '\n', '#\n', '"', "'", '|\n', '- |\n', '\t', '---\n', '%TAG ', '*a ', '&a ', 'a: b: ', '? - ', '-\n ', '<<: '].map(filled);
  hostile.push(Array.from({ length: 150 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), Array.from({ length: 800 }, (_, i) => `k${i}: &a${i} 1`).join('\n'), Array.from({ length: 150 }, (_, depth) => `${' '.repeat(depth)}-`).join('\n'));
  for (const body of hostile) {
    const code = tried(() => readYaml(body));
    t.ok(code === 'read' || code === 'BadRequest', `${JSON.stringify(body.slice(0, 12))}: ${code}`);
  }
});

function tried(run: () => unknown): string {
  try {
    run();
    return 'read';
  } catch (error) {
    return ApiError.is(error) ? error.code : String(error);
  }
}

t.test('each answer tells how much may be asked for yet, and too much is told when to come again', async (t) => {
  // So slowly is it filled up again that 60 come before, however slow the machine.
  const slow = await startPlane(t, { catalogueDir: shopCatalogue(t), rateLimit: 1 });
  const own = { authorization: `Bearer ${slow.context.tokens.mint({ role: 'admin', name: 'admin' })}` };
  const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(slow.url + services, { headers: own })));
  const left = answers.map(({ headers }) => Number(headers.get('ratelimit-remaining')));
  t.ok(left.every((n) => n >= 0 && n < 2), 'never more than there is');
  const refused = answers.find(({ status }) => status === 429)!;
  t.match(Object.fromEntries(refused.headers), { 'ratelimit-limit': '2', 'ratelimit-remaining': '0', 'retry-after': '1' });
  t.match(await refused.json(), { reason: 'TooManyRequests', details: { retryAfterSeconds: 1 } });
});
