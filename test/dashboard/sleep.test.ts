import { faultProxy, startApiserver, startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { webServer } from '../e2e/scene.js';
import { goTo, openPage } from './browser.js';

t.test('a page that slept through five minutes says so when it wakes, and goes on with all that has happened', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const admin = api.client('admin');
  await admin.services.create(webServer('before', 'default', 18_080, { suspend: true }));
  const { page, complaints } = await openPage(t, api.url, api.token('admin'));
  await page.clock.install();
  await goTo(page, `${api.url}/ui/services`);
  await page.getByRole('heading', { name: 'Services 1' }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  // All that is said of the connection, from now on.
  await page.evaluate(`(() => {
    const dot = document.querySelector('.side .foot [role=status]').parentElement;
    window.words_ = [];
    new MutationObserver(() => window.words_.push(dot.textContent)).observe(dot, { childList: true, subtree: true, characterData: true });
  })()`);
  const streams: string[] = [];
  page.on('request', (request) => void (request.url().includes('/events-stream') && streams.push(request.url())));
  await page.clock.fastForward(300_000);
  await admin.services.create(webServer('meanwhile', 'default', 18_081, { suspend: true }));
  await admin.services.delete('before', 'default');
  await page.getByRole('link', { name: 'meanwhile', exact: true }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  t.match((await page.evaluate<string[]>('window.words_')).join('\n'), /Catching upstale 5 min/, 'it says how old it is meanwhile');
  t.ok(streams.length > 0 && streams.every((address) => /lastEventId=[^&]+/.test(address)), 'it asks for what it has missed and no more');
  await page.getByRole('link', { name: 'meanwhile', exact: true }).click();
  await page.getByRole('heading', { name: 'meanwhile', exact: true }).waitFor();
  t.equal(await page.title(), 'meanwhile · SpawnIt');
  t.same(complaints, []);
});

t.test('without a network it says how stale it is; with it again, a log goes on with no line lost or twice', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  for (const name of ['reconciler', 'scheduler'] as const) startControllerProgram(t, api, name);
  const agent = await startStandInAgent(t, api, { name: 'n1', onJob: () => undefined });
  const admin = api.client('admin');
  await admin.services.create(webServer('a', 'default', 18_080));
  const job = await waitFor(async () => (await admin.jobs.list({ namespace: 'default' })).items.find(({ status }) => status?.phase === 'Running'), { what: 'a running job' });
  const lines = (from: number, to: number) => Buffer.from(Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join(''));
  const first = lines(1, 1_000);
  await agent.log(job!, 0, first);
  const network = await faultProxy({ target: api.url, t });
  const { page, complaints } = await openPage(t, network.endpoint, api.token('admin'));
  await goTo(page, `${network.endpoint}/ui/services/default/a?tab=logs`);
  await page.getByText('1,000 lines, following').waitFor();

  network.blackHole();
  await page.getByText('Reconnecting', { exact: true }).waitFor();
  await page.getByText(/^stale \d+ s$/).waitFor();
  await page.getByText(/The server can’t be reached: this is as of/).waitFor();
  await agent.log(job!, first.length, lines(1_001, 1_500));
  network.heal();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('log').getByText('line 1500', { exact: true }).waitFor();
  await page.getByText('1,500 lines, following').waitFor();
  t.equal(await page.getByText('The log could not be read').count(), 0);
  t.same(complaints, []);
});

t.test('more pages than a browser has connections: those that nobody looks at let go of theirs, and come back when looked at', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  const { page } = await openPage(t, api.url, api.token('admin'));
  const hidden = [];
  for (let i = 0; i < 6; i++) {
    const other = await page.context().newPage();
    await goTo(other, `${api.url}/ui/services`);
    await other.getByText('Live', { exact: true }).or(other.getByText('Connecting …')).first().waitFor();
    // Stands in for a tab behind others, which this browser, that shows nothing, does not have.
    await other.evaluate(`(() => { Object.defineProperty(document, 'hidden', { configurable: true, value: true }); document.dispatchEvent(new Event('visibilitychange')); })()`);
    hidden.push(other);
  }
  await page.getByText('Live', { exact: true }).waitFor();
  for (const each of hidden) await each.getByText('Catching up', { exact: true }).waitFor();
  await api.client('admin').services.create(webServer('new', 'default', 18_080, { suspend: true }));
  await hidden[0]!.evaluate(`(() => { Object.defineProperty(document, 'hidden', { configurable: true, value: false }); document.dispatchEvent(new Event('visibilitychange')); })()`);
  await hidden[0]!.getByText('Live', { exact: true }).waitFor();
  await hidden[0]!.getByRole('link', { name: 'new', exact: true }).waitFor();
  t.equal(await hidden[1]!.getByRole('link', { name: 'new', exact: true }).count(), 0, 'the others still rest');
});

t.test('who signs out in one page has signed out in all of them, and signs in for all of them', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  await api.client('admin').services.create(webServer('private', 'default', 18_080, { suspend: true }));
  const { page, complaints } = await openPage(t, api.url, api.token('admin'));
  const other = await page.context().newPage();
  await goTo(other, `${api.url}/ui/services`);
  await other.getByRole('link', { name: 'private', exact: true }).waitFor();
  const [cookie] = await page.context().cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  for (const each of [page, other]) await each.getByLabel('Token').waitFor();
  t.equal(await other.getByText('private').count(), 0, 'nothing of what was shown stays behind');
  t.same(await page.context().cookies(), []);
  t.same(await page.evaluate('Object.keys(localStorage).filter((key) => key.includes("session"))'), []);
  const answer = await fetch(`${api.url}/apis/spawnit.dev/v1/services`, { headers: { cookie: `${cookie!.name}=${cookie!.value}`, 'sec-fetch-site': 'same-origin' } });
  t.equal(answer.status, 401, 'the cookie that was is worth nothing alone');
  await goTo(page, `${api.url}/ui/services`);
  await page.getByLabel('Token').waitFor();

  await page.getByLabel('Token').fill(api.token('admin'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('link', { name: 'private', exact: true }).waitFor();
  t.same(complaints, []);
});
