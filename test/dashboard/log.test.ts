import { waitFor, startApiserver, startControllerProgram, startStandInAgent, type StandInAgent } from '@spawnit/testkit';
import type { Client, Job } from '@spawnit/contract';
import t from 'tap';
import { webServer } from '../e2e/scene.js';
import { goTo, openPage } from './browser.js';

const line = (n: number) => `line ${n}: ${n % 500 === 0 ? 'needle' : 'hay'}\n`;

t.test('a log is followed through a server that is killed and one that is stopped, with no line lost or twice', { timeout: 600_000 }, async (t) => {
  const api = await startApiserver(t, { store: 'files' });
  for (const name of ['reconciler', 'scheduler'] as const) startControllerProgram(t, api, name);
  const agent = await startStandInAgent(t, api, { name: 'n1', onJob: () => undefined });
  const admin = api.client('admin');
  await admin.services.create(webServer('a', 'default', 18_080));
  const job = await runningJob(admin);
  const log = writer(agent, job);
  await log.write(1, 2_000);

  const { page, complaints } = await openPage(t, api.url, api.token('admin'));
  await goTo(page, `${api.url}/ui/services/default/a?tab=logs`);
  const lines = page.getByRole('log');
  const count = (n: number) => page.getByText(`${n.toLocaleString('en')} lines, following`).waitFor();
  await lines.getByText('line 2000: needle', { exact: true }).waitFor();

  t.comment('the server is killed while lines come');
  await api.restart('SIGKILL');
  await log.write(2_001, 3_000);
  await lines.getByText('line 3000: needle', { exact: true }).waitFor();
  await count(3_000);

  t.comment('scrolled up: it stays where it is, and says what has come');
  await lines.hover();
  await page.mouse.wheel(0, -5_000);
  await page.getByRole('button', { name: /Follow the end/ }).waitFor();
  const place = () => page.evaluate('document.querySelector("[role=log]").scrollTop');
  // A wheel's turn may glide on for a while.
  const glides = async () => (await place()) !== (await page.evaluate('new Promise((resolve) => setTimeout(() => resolve(document.querySelector("[role=log]").scrollTop), 300))'));
  await waitFor(async () => !(await glides()), { what: 'the log to stand still' });
  const before = await place();
  await api.restart('SIGTERM');
  await log.write(3_001, 3_700);
  await page.getByRole('button', { name: '700 new lines' }).waitFor();
  t.equal(await place(), before);

  t.comment('searched');
  await page.getByLabel('Search the log').fill('NEEDLE');
  await page.getByText('7 lines', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('6 of 7 lines').waitFor();
  await lines.getByText('line 3000: ').waitFor();
  for (let i = 0; i < 2; i++) await page.keyboard.press('Enter');
  await page.getByText('1 of 7 lines').waitFor();
  await lines.getByText('line 500: ').waitFor();
  await page.keyboard.press('Shift+Enter');
  await lines.getByText('line 3500: ').waitFor();

  t.comment('an address of lines');
  await lines.getByRole('link', { name: 'Line 3502', exact: true }).click();
  await lines.getByRole('link', { name: 'Line 3504', exact: true }).click({ modifiers: ['Shift'] });
  t.match(page.url(), /#L3502-L3504$/);
  await page.reload();
  await lines.getByText('line 3503: hay', { exact: true }).waitFor();
  t.same(await lines.locator('[data-chosen=true] .text').allTextContents(), [3502, 3503, 3504].map((n) => line(n).trim()));

  await page.getByRole('button', { name: /Follow the end/ }).click();
  await lines.getByText('line 3700: hay', { exact: true }).waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
  t.equal(download.suggestedFilename(), `${job.metadata.name}.log`);
  t.same(complaints, [], 'no script failed, and the policy refused nothing');
});

async function runningJob(admin: Client): Promise<Job> {
  const look = async () => (await admin.jobs.list({ namespace: 'default' })).items.find(({ status }) => status?.phase === 'Running');
  return (await waitFor(look, { what: 'a running job' })) as Job;
}

function writer(agent: StandInAgent, job: Job) {
  let offset = 0;
  const write = async (from: number, to: number) => {
    const bytes = Buffer.from(Array.from({ length: to - from + 1 }, (_, i) => line(from + i)).join(''));
    await agent.log(job, offset, bytes);
    offset += bytes.length;
  };
  return { write };
}
