import type { Client } from '@spawnit/contract';
import { freePort } from '@spawnit/testkit';
import type { Star } from '@spawnit/local';
import { markdownTable, median, ms, percentile, type Report } from './figures.js';
import { cpuMs, rawTofu } from './raw-tofu.js';
import { benchStar, helloService, untilGone, untilPhase } from './star.js';

const rounds = 15;

interface Cost {
  wall: number[];
  cpu: number[];
}

/** What one drift check costs, of the whole process tree, beside tofu by hand on the same module. */
export async function driftCheck(): Promise<Report> {
  const port = await freePort();
  const { star, client, close } = await benchStar({ agents: 1 });
  const raw = await rawTofu('raw-drift', await freePort());
  try {
    // An interval of a day leaves all checks to this bench.
    await client.services.create(helloService('drifting', port, { drift: { policy: 'Flag', ignoreFields: [], intervalSeconds: 86_400 } }));
    await untilPhase(client, 'drifting', 'Ready');
    await raw.init();
    await raw.apply();
    const ours = await ourChecks(star, client);
    const cold = await rawChecks(() => raw.init().then(() => raw.plan()));
    const warm = await rawChecks(() => raw.plan());
    await raw.destroy();
    await untilGone(client, 'drifting');
    return report({ 'check through the star': ours, 'raw tofu init && plan': cold, 'raw tofu plan, initialised': warm });
  } finally {
    await raw.remove();
    await close();
  }
}

async function ourChecks(star: Star, client: Client): Promise<Cost> {
  const pids = star.names.map((name) => star.process(name).pid!);
  const cost: Cost = { wall: [], cpu: [] };
  for (let i = 0; i < rounds; i++) {
    const [before, began] = [sum(pids.map(cpuMs)), performance.now()];
    const { verdict, error } = await client.check('default', 'drifting');
    cost.wall.push(performance.now() - began);
    cost.cpu.push(sum(pids.map(cpuMs)) - before);
    if (verdict !== 'Compliant') throw new Error(`a check said ${verdict}: ${error?.summary ?? ''}`);
  }
  return cost;
}

async function rawChecks(check: () => Promise<void>): Promise<Cost> {
  const cost: Cost = { wall: [], cpu: [] };
  for (let i = 0; i < rounds; i++) {
    const [before, began] = [cpuMs('self'), performance.now()];
    await check();
    cost.wall.push(performance.now() - began);
    cost.cpu.push(cpuMs('self') - before);
  }
  return cost;
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function report(costs: Record<string, Cost>): Report {
  const base = costs['raw tofu init && plan']!;
  const row = ([name, { wall, cpu }]: [string, Cost]) => [name, ms(median(wall)), ms(percentile(wall, 1)), ms(sum(cpu) / cpu.length), (median(wall) / median(base.wall)).toFixed(2), (sum(cpu) / sum(base.cpu)).toFixed(2)];
  return {
    title: 'One drift check',
    command: 'npm run bench -- drift-check',
    method: `${rounds} checks each. CPU is user and system time of the whole process tree (all of the star's processes and what they ran; or tofu and its provider), read from /proc in steps of 10 ms, averaged.`,
    table: markdownTable(['way', 'wall p50 ms', 'wall max ms', 'CPU ms', 'wall × raw', 'CPU × raw'], Object.entries(costs).map(row)),
    aims: [],
  };
}
