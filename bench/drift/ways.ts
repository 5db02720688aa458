import type { Client } from '@spawnit/contract';
import type { Star } from '@spawnit/local';
import { median } from '../figures.js';
import { childrenOf } from '../processes.js';
import { progress } from '../progress.js';
import { cpuMs, type RawTofu } from '../raw-tofu.js';
import { reattachable } from '../reattach.js';
import { several } from './fleet.js';

export const rounds = 5;
/** How long our checks are made one after the other, many at once. */
export const spanMs = 15_000;
export const atOnce = 16;

/** One way to make a check, beside so many containers. */
export interface Row {
  containers: number;
  way: string;
  wall: number[];
  cpuMs: number;
  perSecond: number;
  /** CPU ms per check of each of our programs and of the providers. */
  of?: Record<string, number>;
}

export async function rawWays(raw: RawTofu, containers: number): Promise<Row[]> {
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
  progress(`${containers} containers, ${way}: CPU ms per check ${cpu.toFixed(0)}`);
  return { containers, way, wall, cpuMs: cpu, perSecond: 1_000 / median(wall) };
}

/** All of the star's processes and the providers count, and the caller of the checks in the drift controller's place does not. */
export async function ours(star: Star, client: Client, names: string[]): Promise<Row> {
  for (const pass of ['planned', 'read']) await several(names, (name) => check(client, name, pass === 'read' ? 'Reads' : undefined));
  const before = cpuByProgram(star);
  const [wall, began]: [number[], number] = [[], performance.now()];
  // Each has services of its own, as none is checked twice at once.
  const workers = Math.min(atOnce, names.length);
  const worker = async (_: unknown, first: number) => {
    for (let at = first; performance.now() - began < spanMs; at += workers) wall.push(await timed(() => check(client, names[at < names.length ? at : (at = first)]!, undefined)));
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const perSecond = (wall.length * 1_000) / (performance.now() - began);
  const of = Object.fromEntries(Object.entries(cpuByProgram(star)).map(([who, used]) => [who, (used - (before[who] ?? 0)) / wall.length]));
  return { containers: names.length, way: '(d) SpawnIt, by reads', wall, cpuMs: sum(Object.values(of)), perSecond, of };
}

async function check(client: Client, name: string, by: 'Reads' | undefined): Promise<void> {
  const result = await client.check('default', name);
  if (result.verdict !== 'Compliant') throw new Error(`a check said ${result.verdict}: ${result.error?.summary ?? ''}`);
  if (by !== undefined && result.by !== by) throw new Error(`a check was made by ${result.by}`);
}

/** CPU ms that all of the star's processes and its agents' providers have used. */
export function cpuOf(star: Star): number {
  return sum(Object.values(cpuByProgram(star)));
}

function cpuByProgram(star: Star): Record<string, number> {
  const own = star.names.map((name) => [name, cpuMs(star.process(name).pid!)] as const);
  return { ...Object.fromEntries(own), providers: sum(childrenOf(agentPid(star), 'terraform-provi').map(cpuMs)) };
}

export function agentPid(star: Star): number {
  return star.process('agent-1').pid!;
}

function sum(values: number[]): number {
  return values.reduce((all, each) => all + each, 0);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
