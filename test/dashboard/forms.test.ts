import type { Template } from '@spawnit/contract';
import { checkout } from '@spawnit/local';
import { freePort, waitFor } from '@spawnit/testkit';
import type { Page } from 'playwright-core';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { webServer } from '../e2e/scene.js';
import { goTo, openDashboard } from './browser.js';
import { hasFocus } from './keyboard.js';
import { openServer, type Server } from './server.js';

interface Schema {
  type: string;
  title: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
  writeOnly?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  'x-group'?: string;
  'x-order'?: number;
  'x-unit'?: string;
  'x-immutable'?: boolean;
}

t.test('every entry of the catalogue has its whole form, from nothing but its schema', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page, complaints } = await openDashboard(t, server);
  const templates = (await server.client.templates.list()).items;
  t.ok(templates.length > 8, `${templates.length} templates`);
  for (const template of templates) {
    const { name } = template.metadata;
    await goTo(page, `${server.star.server}/ui/catalogue/${name}`);
    await page.getByRole('heading', { name: `New ${template.spec.title}` }).waitFor();
    const schema = template.spec.parameters as unknown as Schema;
    for (const [field, of] of Object.entries(schema.properties ?? {})) t.ok(await asksFor(page, of), `${name}: ${field} is asked for as ${of.type}`);
    t.same(await groupsOn(page), groupsOf(schema), `${name}: the groups, and the order in each`);
  }
  t.same(complaints, []);
  t.same(await namedInCode(templates), [], 'no code knows a template by its name');
});

t.test('what is wrong with a field is said there, when it is left and from then on; a refused form sends nothing and leads to the first wrong field', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page, complaints } = await openDashboard(t, server);
  await goTo(page, `${server.star.server}/ui/catalogue/web-server`);
  const port = page.getByLabel('Port', { exact: true });
  const problem = page.getByText('Port must be 1–65535 (got 70000)');
  await page.getByLabel('Name', { exact: true }).fill('site');
  await port.fill('70000');
  await page.getByText('Not yet: see what is marked').waitFor();
  t.equal(await problem.count(), 0, 'nobody is interrupted while typing');
  await port.press('Tab');
  await problem.waitFor();
  t.equal(await port.getAttribute('aria-invalid'), 'true');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  t.ok(await hasFocus(port), 'the first wrong field is led to');
  t.same((await server.client.services.list({ namespace: 'default' })).items, [], 'nothing was made');
  await port.fill('70001');
  await page.getByText('(got 70001)').waitFor();
  await port.fill('8080');
  await page.getByText('The server would take it').waitFor();

  const taken = await freePort();
  await server.client.services.create(webServer('other', 'default', taken));
  await page.getByLabel('Name', { exact: true }).fill('other');
  await page.getByLabel('Name', { exact: true }).press('Tab');
  await page.getByText(/services? .*other.* exists|already exists/i).first().waitFor();
  t.equal(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid'), 'true', 'a name that is taken is said at the name');
  t.same(complaints, []);
});

t.test('a nested field that the server refuses is marked where it stands', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page } = await openDashboard(t, server);
  await goTo(page, `${server.star.server}/ui/catalogue/container`);
  await page.getByLabel('Name', { exact: true }).fill('box');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('Image is required').waitFor();
  await page.getByLabel('Image', { exact: true }).fill('nginx:1.28-alpine');
  await page.getByRole('button', { name: 'Add to Published ports' }).click();
  const entry = page.getByRole('group', { name: 'Published ports 1' });
  await entry.getByLabel('Port in the container').fill('99999');
  await entry.getByText('Port in the container must be 1–65535 (got 99999)').waitFor();
  await entry.getByLabel('Port in the container').fill('80');
  await page.getByRole('button', { name: 'Add to Environment' }).click();
  await page.getByLabel('Environment: name 1').fill('TZ');
  await page.getByLabel('Environment: value 1').fill('Europe/Paris');
  await page.getByText('The server would take it').waitFor();
  await page.getByRole('button', { name: 'Add to Environment' }).click();
  await page.getByLabel('Environment: name 2').fill('TZ');
  await page.getByText('“TZ” is given twice').waitFor();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  t.ok(await hasFocus(page.getByLabel('Environment: name 2')), 'a name that is given twice is led to');
  t.same((await server.client.services.list({ namespace: 'default' })).items, [], 'and nothing was made');
  await page.getByRole('button', { name: 'Remove TZ from Environment' }).last().click();
  await page.getByText('The server would take it').waitFor();
  t.match(await page.getByRole('region', { name: 'As YAML' }).innerText(), /ports:\s+- internal: 80\s[^]*TZ: Europe\/Paris|TZ: Europe\/Paris[^]*- internal: 80/);
});

t.test('a session that ends under a form takes nothing of it away: one signs in over it and goes on', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page, complaints } = await openDashboard(t, server);
  await goTo(page, `${server.star.server}/ui/catalogue/redis`);
  const [name, password] = [page.getByLabel('Name', { exact: true }), page.getByLabel('Password', { exact: true })];
  await name.fill('cache');
  await password.fill('correct-horse-battery');
  await page.getByText('The server would take it').waitFor();
  await endSession(page, server);
  await name.fill('cache-2');
  const again = page.getByRole('dialog', { name: 'Sign in to SpawnIt' });
  await again.getByText('Your session has ended').waitFor();
  t.notOk(await page.evaluate('[...document.querySelectorAll("main *")].some((each) => each === document.elementFromPoint(each.getBoundingClientRect().x + 1, each.getBoundingClientRect().y + 1))'), 'nothing of the page is seen through it');
  await page.keyboard.press('Escape');
  await again.getByLabel('Token').fill('spawnit.v1.wrong.token');
  await page.keyboard.press('Enter');
  await again.getByText('That did not work').waitFor();
  await again.getByLabel('Token').fill(server.star.adminToken);
  await page.keyboard.press('Enter');
  await again.waitFor({ state: 'detached' });
  await page.getByText('The server would take it').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  t.equal(await name.inputValue(), 'cache-2');
  t.equal(await password.inputValue(), 'correct-horse-battery');
  t.notMatch(await page.evaluate('JSON.stringify([localStorage, sessionStorage])'), /correct-horse/, 'and it was kept nowhere but in the page');

  await endSession(page, server);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await again.getByLabel('Token').fill(server.star.adminToken);
  t.same((await server.client.services.list({ namespace: 'default' })).items, [], 'what changes something waits for nobody');
  await page.keyboard.press('Enter');
  await again.waitFor({ state: 'detached' });
  await page.getByText('It was not created').waitFor();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'cache-2' }).waitFor();
  t.same(complaints, []);
});

/** As from elsewhere: the page hears nothing of it. */
async function endSession(page: Page, { star }: Server): Promise<void> {
  const half = await page.evaluate<string>('localStorage.getItem("spawnit.session")');
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${star.server}/session`, { method: 'DELETE', headers: { cookie: cookies, 'x-spawnit-session': half, 'sec-fetch-site': 'same-origin' } });
  t.equal(answer.status, 204);
}

t.test('defaults are told, changes are marked and can be taken back, and a secret is never shown', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  const { page } = await openDashboard(t, server);
  await goTo(page, `${server.star.server}/ui/catalogue/redis`);
  await page.getByLabel('Name', { exact: true }).fill('cache');
  const secret = 'correct-horse-battery';
  await page.getByLabel('Password', { exact: true }).fill(secret);
  const policy = page.getByRole('combobox', { name: /full|evict|policy/i }).first();
  await policy.fill('allkeys-lf');
  await page.getByRole('option', { name: 'allkeys-lfu' }).click();
  await page.getByText('The server would take it').waitFor();
  const twins = page.getByRole('complementary', { name: 'The same request in other words' });
  const text = await twins.innerText();
  t.match(text, /allkeys-lfu/);
  t.match(text, /spawnctl apply --wait -f cache\.yaml/);
  t.match(text, /curl -X POST/);
  t.notMatch(await page.content(), secret, 'not in the page, nor in the request in other words');
  await page.getByText('changed', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: /^Reset .* to its default$/ }).first().click();
  await waitFor(async () => !(await twins.innerText()).includes('allkeys-lfu'), { what: 'the default to count again' });
  const sent = page.waitForRequest((request) => request.method() === 'POST' && !request.url().includes('dryRun'));
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  t.match((await sent).postData(), secret, 'it is sent');
  const made = await waitFor(async () => (await server.client.services.list({ namespace: 'default' })).items[0], { what: 'the service' });
  t.notMatch(JSON.stringify(made), secret, 'and sealed');
});

t.test('what another service gives is taken from it, all at once', { timeout: 600_000 }, async (t) => {
  const server = await openServer(t);
  await server.client.services.create({ ...webServer('blog-db', 'default', 0), spec: { template: 'mariadb', parameters: { password: 'long-enough-1' } } as never });
  const { page } = await openDashboard(t, server);
  await goTo(page, `${server.star.server}/ui/catalogue/wordpress`);
  await page.getByLabel('Name', { exact: true }).first().fill('blog');
  await page.getByLabel('Take settings from a mariadb service').selectOption('blog-db');
  await page.getByText('From blog-db: internal host').waitFor();
  await page.getByText('The server would take it').waitFor();
  t.match(await page.getByRole('region', { name: 'As YAML' }).innerText(), /parametersFrom:\s+- parameter: database_host\s+service: blog-db\s+output: internal_host/);
});

/** Whether there is an input of the kind that the schema calls for. */
async function asksFor(page: Page, of: Schema): Promise<boolean> {
  const there = async (role: Parameters<Page['getByRole']>[0], name = of.title) => (await page.getByRole(role, { name, exact: true, disabled: undefined }).count()) > 0;
  if (of.enum) return there(of.enum.length <= 4 ? 'radiogroup' : 'combobox');
  if (of.type === 'boolean') return there('switch');
  if (of.type === 'integer' || of.type === 'number') return (await there('spinbutton')) && (of.minimum === undefined || of.maximum === undefined || of.maximum === 65_535 || there('slider', `${of.title}, as a slider`));
  if (of.type === 'object' || of.type === 'array') return (await there('group')) || there('textbox');
  return (await page.getByLabel(of.title, { exact: true }).count()) > 0;
}

async function groupsOn(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(`Object.fromEntries([...document.querySelectorAll('fieldset.group')].map((group) => [
    group.querySelector('legend').textContent,
    [...group.querySelectorAll(':scope > .field > .row [id$="-label"], :scope > fieldset > legend')].map((label) => label.textContent)]))`);
}

function groupsOf({ properties = {} }: Schema): Record<string, string[]> {
  const groups: Record<string, Schema[]> = {};
  for (const field of Object.values(properties)) (groups[field['x-group'] ?? 'Settings'] ??= []).push(field);
  const order = (field: Schema) => field['x-order'] ?? Number.MAX_SAFE_INTEGER;
  return Object.fromEntries(Object.entries(groups).map(([title, fields]) => [title, [...fields].sort((a, b) => order(a) - order(b)).map((field) => field.title)]));
}

async function namedInCode(templates: Template[]): Promise<string[]> {
  const dir = join(checkout, 'web', 'src');
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  return files.filter((file) => templates.some(({ metadata: { name } }) => new RegExp(`['"\`]${name}['"\`]`).test(readFileSync(join(dir, file), 'utf8'))));
}

