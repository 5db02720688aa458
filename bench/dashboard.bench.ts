import type { Client, Job } from '@spawnit/contract';
import { Ending, startApiserver, startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';
import { loadavg } from 'node:os';
import { openBrowser } from './dashboard/browser.js';
import { firstLoad } from './dashboard/first-load.js';
import { followLog } from './dashboard/long-log.js';
import { scrollServices } from './dashboard/many-services.js';
import { inParallel, nameOf } from './control-plane/plane.js';
import { aim, markdownTable, median, ms, percentile, type Report } from './figures.js';
import { helloService } from './star.js';

const services = 5_000;
const logBytes = 50 * 2 ** 20;

/** What a person feels in the browser: the first load, a list of thousands, a log that is long and goes on. */
export async function dashboard(): Promise<Report> {
  const ending = new Ending();
  const api = await startApiserver(ending, { store: 'files', env: { SPAWNIT_RATE_LIMIT: '1000000' } });
  try {
    for (const name of ['reconciler', 'scheduler'] as const) startControllerProgram(ending, api, name);
    const agent = await startStandInAgent(ending, api, { name: 'stand-in', onJob: () => undefined });
    const client = api.client('admin');
    await client.services.create(helloService('long-log', 20_000));
    const job = await runningJob(client);
    const { context, page, close } = await openBrowser(api.url, api.token('admin'));
    ending.teardown(close);
    const load = await firstLoad(context, api.url);
    const log = await followLog(page, api.url, agent, job, logBytes);
    // Suspended: they stand there and ask nothing of the controllers.
    await inParallel(services, (i) => client.services.create(helloService(nameOf(i), 20_001 + i, { suspend: true })));
    const scrolled = await scrollServices(page, api.url, client, services);
    return report(load, log.frames, scrolled);
  } finally {
    await ending.end();
  }
}

async function runningJob(client: Client): Promise<Job> {
  const look = async () => (await client.jobs.list({ namespace: 'default' })).items.find(({ status }) => status?.phase === 'Running');
  return (await waitFor(look, { what: 'a running job' })) as Job;
}

function report({ script, interactiveMs }: Awaited<ReturnType<typeof firstLoad>>, log: number[], list: number[]): Report {
  const kb = script / 1000;
  const row = (name: string, frames: number[]) => [name, frames.length, ms(percentile(frames, 0.5)), ms(percentile(frames, 0.99)), ms(Math.max(...frames))];
  return {
    title: 'In the browser',
    command: 'npm run bench -- dashboard',
    method: [
      `Debian's Chromium without a GPU, apiserver and writers on the same machine (load at the end ${loadavg()[0]!.toFixed(1)} on all of it).`,
      `First load: the overview, nothing cached, until its heading has been painted; median of ${interactiveMs.length}.`,
      `Frames: time from one to the next while a log of 50 MB is followed at 1,000 lines a second, and while a list of ${services.toLocaleString('en')} services is scrolled and 20 of them change each second.`,
    ].join(' '),
    table: [
      markdownTable(['first load', ''], [['script on the wire', `${kb.toFixed(0)} kB`], ['until interactive', `${ms(median(interactiveMs))} ms`]]),
      markdownTable(['while', 'frames', 'p50 ms', 'p99 ms', 'longest ms'], [row('following a log', log), row('scrolling services', list)]),
    ].join('\n\n'),
    aims: [
      aim('first load ≤ 250 kB of script', kb, kb <= 250, ' kB'),
      aim('interactive ≤ 1.5 s', median(interactiveMs) / 1000, median(interactiveMs) <= 1500, ' s'),
      aim('longest frame while following a log ≤ 100 ms', Math.max(...log), Math.max(...log) <= 100, ' ms'),
      aim('longest frame while scrolling services ≤ 100 ms', Math.max(...list), Math.max(...list) <= 100, ' ms'),
    ],
  };
}
