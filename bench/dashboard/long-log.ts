import type { Job } from '@spawnit/contract';
import type { StandInAgent } from '@spawnit/testkit';
import type { Page } from 'playwright-core';
import { frames, watchFrames } from './browser.js';

const seconds = 15;
const linesPerSecond = 1_000;
const batchesPerSecond = 10;
const chunkBytes = 512 * 1024;
const filler = 'docker_container.this: Still creating… waiting for the engine to answer ';

const line = (n: number) => `${n} ${filler.slice(0, 60 + (n % 12))}\n`;

/** Opens the page of a run with a log of so many bytes, follows while more lines come, and gives the time between frames. */
export async function followLog(page: Page, server: string, agent: StandInAgent, job: Job, bytes: number): Promise<{ frames: number[]; lines: number }> {
  const log = writerOf(agent, job);
  while (log.written() < bytes) await log.write(chunkBytes);
  await page.goto(`${server}/ui/runs/default/${job.metadata.name}`);
  await shows(page, log.lines());
  await watchFrames(page);
  await frames(page);
  const began = performance.now();
  const before = log.lines();
  while (performance.now() - began < seconds * 1000) {
    const due = before + Math.floor(((performance.now() - began) / 1000) * linesPerSecond);
    if (due > log.lines()) await log.add(due - log.lines());
    await new Promise((resolve) => setTimeout(resolve, 1000 / batchesPerSecond));
  }
  const found = await frames(page);
  await shows(page, log.lines());
  return { frames: found, lines: log.lines() };
}

/** The last line is in view. */
async function shows(page: Page, last: number): Promise<void> {
  await page.getByRole('log').getByText(new RegExp(`^${last} docker_container`)).waitFor();
}

function writerOf(agent: StandInAgent, job: Job) {
  let [offset, count] = [0, 0];
  const send = async (text: string) => {
    const bytes = Buffer.from(text);
    await agent.log(job, offset, bytes);
    offset += bytes.length;
  };
  const add = (lines: number) => {
    const from = count + 1;
    count += lines;
    return send(Array.from({ length: lines }, (_, i) => line(from + i)).join(''));
  };
  return { add, write: (bytes: number) => add(Math.floor(bytes / line(1).length)), written: () => offset, lines: () => count };
}
