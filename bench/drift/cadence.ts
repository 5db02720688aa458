import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@spawnit/contract';
import type { Star } from '@spawnit/local';
import { checkEvery } from './fleet.js';
import { cpuOf } from './ways.js';

const cadenceS = 10;
const spanMs = 30_000;

export interface Cadence {
  containers: number;
  perSecond: number;
  /** Services that so many checks per second are enough for, at the cadence. */
  services: number;
  /** Of all the cores there are. */
  cores: number;
  cpuMs: number;
}

/** Has the drift controller check all of them every second, ten times as often as at the cadence, and counts what comes of it. */
export async function cadence(star: Star, client: Client, names: string[]): Promise<Cadence> {
  await checkEvery(client, names, 1);
  await delay(10_000); // Each is planned once, and read from then on.
  const [checks, cpu, began] = [await made(client), cpuOf(star), performance.now()];
  await delay(spanMs);
  const seconds = (performance.now() - began) / 1_000;
  const count = (await made(client)) - checks;
  const used = cpuOf(star) - cpu;
  return { containers: names.length, perSecond: count / seconds, services: Math.floor((count / seconds) * cadenceS), cores: used / 1_000 / seconds, cpuMs: used / count };
}

/** Checks that were answered since the apiserver's start, by its own count. */
async function made(client: Client): Promise<number> {
  const text = await client.transport.text({ path: '/metrics' });
  const lines = text.split('\n').filter((line) => line.startsWith('spawnit_http_request_duration_seconds_count{') && /method="POST"/.test(line) && /route="[^"]*\/check"/.test(line) && /code="200"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
