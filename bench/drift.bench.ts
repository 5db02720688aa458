import { freePort } from '@spawnit/testkit';
import { loadavg } from 'node:os';
import { cadence, type Cadence } from './drift/cadence.js';
import { growTo, several } from './drift/fleet.js';
import { latencies } from './drift/latency.js';
import { agentPid, atOnce, ours, rawWays, rounds, spanMs, type Row } from './drift/ways.js';
import { aim, markdownTable, median, ms, percentile, type Report } from './figures.js';
import { childrenOf, residentMb } from './processes.js';
import { progress } from './progress.js';
import { rawTofu } from './raw-tofu.js';
import { sizesAsked } from './sizes-asked.js';
import { benchStar, untilGone } from './star.js';

/** Real containers beside each other; `SPAWNIT_BENCH_CONTAINERS=1,50` for fewer. */
const sizes = sizesAsked('SPAWNIT_BENCH_CONTAINERS', [1, 50, 200]);

/** Full plans of one service come every 5 to 10 min. */
const netEveryS = 450;

interface Memory {
  containers: number;
  worker: number;
  provider: number;
}

/** What a drift check costs in each way beside 1, 50 and 200 real containers, how many services that makes in 10 s, and how soon drift is seen. */
export async function drift(): Promise<Report> {
  const { star, client, close } = await benchStar({ agents: 1, slots: 4 });
  const raw = await rawTofu('raw-drift', await freePort());
  const rows: Row[] = [];
  const memory: Memory[] = [];
  const names: string[] = [];
  try {
    await raw.init();
    await raw.apply();
    for (const containers of sizes) {
      progress(`${containers} containers …`);
      await growTo(client, names, containers);
      rows.push(...(await rawWays(raw, containers)));
      rows.push(await ours(star, client, names));
      progress(rowText(rows.at(-1)!));
      memory.push({ containers, worker: residentMb(agentPid(star)), provider: Math.max(0, ...childrenOf(agentPid(star), 'terraform-provi').map(residentMb)) });
    }
    progress('all of them every second …');
    const held = await cadence(star, client, names);
    progress(`${held.perSecond.toFixed(0)} checks per second; containers are removed …`);
    return report(rows, memory, held, await latencies(client, names));
  } finally {
    progress('cleaning up …');
    await raw.destroy();
    await several(names, (name) => untilGone(client, name));
    await raw.remove();
    await close();
  }
}

/** Cores that the net's full plans take for so many services. */
function netCores(rows: Row[], { services }: Cadence): number {
  const plan = rows.filter((row) => row.way.startsWith('(c)')).at(-1)!;
  return ((services / netEveryS) * plan.cpuMs) / 1_000;
}

/** What each program takes of our check, in CPU ms. */
function shares(rows: Row[], containers: number): string[] {
  const { of = {}, cpuMs } = rows.find((row) => row.containers === containers && row.of !== undefined)!;
  const named = [of['apiserver'] ?? 0, of['agent-1'] ?? 0, of['providers'] ?? 0];
  return [...named, named.reduce((left, each) => left - each, cpuMs)].map((each) => each.toFixed(2));
}

function rowText({ containers, way, cpuMs, perSecond, of }: Row): string {
  const parts = Object.entries(of ?? {}).map(([who, ms]) => `${who} ${ms.toFixed(2)}`);
  return `${containers} containers, ${way}: ${perSecond.toFixed(1)} checks per second, CPU ms per check ${cpuMs.toFixed(2)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

function report(rows: Row[], memory: Memory[], held: Cadence, seen: number[]): Report {
  const base = (containers: number) => rows.find((row) => row.containers === containers && row.way.startsWith('(b)'))!;
  const last = rows.filter((row) => row.way.startsWith('(d)')).at(-1)!;
  const cells = (row: Row) => [row.containers, row.way, ms(median(row.wall)), ms(percentile(row.wall, 0.99)), ms(row.cpuMs), `1/${(base(row.containers).cpuMs / row.cpuMs).toFixed(1)}`, row.perSecond.toFixed(1)];
  const tables = [
    markdownTable(['containers', 'way', 'wall p50 ms', 'wall p99 ms', 'CPU ms per check', 'CPU × (b)', 'checks per second'], rows.map(cells)),
    markdownTable(['containers', 'CPU ms of (d): apiserver', 'worker', 'provider', 'others', 'worker MB', 'provider MB'], memory.map((m) => [m.containers, ...shares(rows, m.containers), m.worker.toFixed(0), m.provider.toFixed(0)])),
    markdownTable(
      ['containers', 'checked by the drift controller, per second', 'that is so many services every 10 s', 'CPU ms per check', 'cores', 'more cores for the net'],
      [[held.containers, held.perSecond.toFixed(0), held.services, ms(held.cpuMs), held.cores.toFixed(2), netCores(rows, held).toFixed(2)]],
    ),
    markdownTable(['containers', 'removed', 'seen p50 ms', 'seen p99 ms'], [[held.containers, seen.length, ms(median(seen)), ms(percentile(seen, 0.99))]]),
  ];
  const gain = base(last.containers).cpuMs / last.cpuMs;
  return {
    title: 'Drift checks of many services',
    command: 'npm run bench -- drift',
    method: [
      `(a) to (c): ${rounds} each, one after the other, tofu and its provider;`,
      `(d): ${atOnce} at once for ${spanMs / 1_000} s through apiserver, worker and warm provider, all of whose CPU counts.`,
      `Every container is real; of the engine's own CPU nothing is counted, but it takes its share of the machine.`,
      'Then the drift controller checks all of them every second, which is what ten times as many services make at a cadence of 10 s;',
      `the full plans that are the net, one in ${netEveryS / 60} min for each of so many, would come on top, each as (c).`,
      `Last, at that cadence, containers are removed one after the other: from \`docker rm -f\` to the watch saying Drifted.`,
      `Load of the machine at the end, all that ran on it: ${loadavg()[0]!.toFixed(1)}.`,
    ].join(' '),
    table: tables.join('\n\n'),
    aims: [
      aim('CPU per check ≤ 1/40 of (b)', gain, gain >= 40),
      aim('services that the machine holds at a cadence of 10 s ≥ 1500', held.services, held.services >= 1_500, ''),
      aim('drift is seen in ≤ 500 ms (p50)', median(seen), median(seen) <= 500, ' ms'),
      aim('drift is seen in ≤ 1.5 s (p99)', percentile(seen, 0.99), percentile(seen, 0.99) <= 1_500, ' ms'),
    ],
  };
}
