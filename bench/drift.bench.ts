import type { Client, Service } from '@spawnit/contract';
import { helloImage, type Star } from '@spawnit/local';
import { freePort } from '@spawnit/testkit';
import { aim, markdownTable, median, ms, percentile, type Report } from './figures.js';
import { childrenOf, residentMb } from './processes.js';
import { cpuMs, rawTofu, type RawTofu } from './raw-tofu.js';
import { reattachable } from './reattach.js';
import { benchStar, untilGone } from './star.js';

/** Real containers beside each other; `SPAWNIT_BENCH_CONTAINERS=1,50` for fewer. */
const sizes = (process.env.SPAWNIT_BENCH_CONTAINERS ?? '1,50,200').split(',').map(Number);
const rounds = 5;
/** How long our checks are made one after the other, many at once. */
const spanMs = 15_000;
const atOnce = 16;
const intervalSeconds = 10;

interface Row {
  containers: number;
  way: string;
  wall: number[];
  cpuMs: number;
  perSecond: number;
}
interface Memory {
  containers: number;
  worker: number;
  provider: number;
}

/** What a drift check costs in each way, beside 1, 50 and 200 real containers, and how many services that makes in 10 s. */
export async function drift(): Promise<Report> {
  const { star, client, close } = await benchStar({ agents: 1 });
  const raw = await rawTofu('raw-drift', await freePort());
  const rows: Row[] = [];
  const memory: Memory[] = [];
  const names: string[] = [];
  try {
    await raw.init();
    await raw.apply();
    for (const containers of sizes) {
      await growTo(client, names, containers);
      rows.push(...(await rawWays(raw, containers)));
      rows.push(await ours(star, client, names));
      memory.push({ containers, worker: residentMb(agentPid(star)), provider: Math.max(0, ...childrenOf(agentPid(star), 'terraform-provi').map(residentMb)) });
    }
    return report(rows, memory);
  } finally {
    await raw.destroy();
    await inPairs(names, (name) => untilGone(client, name));
    await raw.remove();
    await close();
  }
}

async function growTo(client: Client, names: string[], count: number): Promise<void> {
  const more = Array.from({ length: count - names.length }, (_, i) => `drift-${names.length + i}`);
  names.push(...more);
  for (const name of more) await client.services.create(plainService(name));
  const ready = new Set<string>();
  for await (const event of client.services.follow({ namespace: 'default' })) {
    const services = event.type === 'SYNCED' ? event.items : [event.object];
    for (const { metadata, status } of services) if (status?.phase === 'Ready') ready.add(metadata.name);
    if (ready.size >= count) return;
  }
}

/** No ports, so that only drift checks are measured; a day's interval leaves them to this bench. */
function plainService(name: string): Service {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { template: 'container', parameters: { image: helloImage, stop_grace_s: 1 }, drift: { policy: 'Flag', ignoreFields: [], intervalSeconds: 86_400 } } as unknown as Service['spec'],
  };
}

async function rawWays(raw: RawTofu, containers: number): Promise<Row[]> {
  const provider = await reattachable();
  try {
    return [
      await measured(containers, '(a) tofu init && tofu plan', () => raw.init().then(() => raw.plan())),
      await measured(containers, '(b) tofu plan, warm workdir', () => raw.plan()),
      await measured(containers, '(c) tofu plan, provider reattached', () => raw.plan(provider.environment), () => cpuMs(provider.pid)),
    ];
  } finally {
    await provider.close();
  }
}

async function measured(containers: number, way: string, check: () => Promise<void>, besides = () => 0): Promise<Row> {
  const wall: number[] = [];
  const before = cpuMs('self') + besides();
  for (let i = 0; i < rounds; i++) wall.push(await timed(check));
  const cpu = (cpuMs('self') + besides() - before) / rounds;
  return { containers, way, wall, cpuMs: cpu, perSecond: 1_000 / median(wall) };
}

/** All of the star's processes and the provider count, and the caller of the checks in the drift controller's place does not. */
async function ours(star: Star, client: Client, names: string[]): Promise<Row> {
  for (const pass of ['planned', 'read']) await inPairs(names, (name) => check(client, name, pass === 'read' ? 'Reads' : undefined));
  const pids = [...star.names.map((name) => star.process(name).pid!), ...childrenOf(agentPid(star), 'terraform-provi')];
  const cpu = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  const wall: number[] = [];
  const [before, began] = [cpu(), performance.now()];
  // Each has services of its own, as none is checked twice at once.
  const workers = Math.min(atOnce, names.length);
  const worker = async (_: unknown, first: number) => {
    for (let at = first; performance.now() - began < spanMs; at += workers) wall.push(await timed(() => check(client, names[at < names.length ? at : (at = first)]!, undefined)));
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return { containers: names.length, way: '(d) SpawnIt, by reads', wall, cpuMs: (cpu() - before) / wall.length, perSecond: (wall.length * 1_000) / (performance.now() - began) };
}

async function check(client: Client, name: string, by: 'Reads' | undefined): Promise<void> {
  const result = await client.check('default', name);
  if (result.verdict !== 'Compliant' || (by && result.by !== by)) throw new Error(`a check of ${name} said ${result.verdict} by ${result.by}: ${result.error?.summary ?? ''}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function inPairs(names: string[], work: (name: string) => Promise<void>): Promise<void> {
  const left = [...names];
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) await work(name);
  };
  await Promise.all([worker(), worker()]);
}

function agentPid(star: Star): number {
  return star.process('agent-1').pid!;
}

function report(rows: Row[], memory: Memory[]): Report {
  const base = (containers: number) => rows.find((row) => row.containers === containers && row.way.startsWith('(b)'))!;
  const last = (way: string) => rows.filter((row) => row.way.startsWith(way)).at(-1)!;
  const cells = (row: Row) => [row.containers, row.way, ms(median(row.wall)), ms(percentile(row.wall, 0.99)), ms(row.cpuMs), `1/${(base(row.containers).cpuMs / row.cpuMs).toFixed(1)}`, row.perSecond.toFixed(1)];
  const held = Math.floor(last('(d)').perSecond * intervalSeconds);
  const [table, more] = [
    markdownTable(['containers', 'way', 'wall p50 ms', 'wall p99 ms', 'CPU ms per check', 'CPU × (b)', 'checks per second'], rows.map(cells)),
    markdownTable(['containers', 'worker MB', 'provider MB'], memory.map((m) => [m.containers, m.worker.toFixed(0), m.provider.toFixed(0)])),
  ];
  return {
    title: 'Drift checks of many services',
    command: 'npm run bench -- drift',
    method: `(a) to (c): ${rounds} each, one after the other, tofu and its provider; (d): ${atOnce} at once for ${spanMs / 1_000} s through apiserver, worker and warm provider, all of whose CPU counts. Every container is real; of the engine's own CPU nothing is counted, but it takes its share of the machine.`,
    table: `${table}\n\n${more}`,
    aims: [
      aim('CPU per check ≤ 1/40 of (b)', base(last('(d)').containers).cpuMs / last('(d)').cpuMs, base(last('(d)').containers).cpuMs >= 40 * last('(d)').cpuMs),
      aim(`services that the machine holds at a cadence of ${intervalSeconds} s, by checks per second beside ${last('(d)').containers} containers ≥ 1500`, held, held >= 1_500, ''),
    ],
  };
}
