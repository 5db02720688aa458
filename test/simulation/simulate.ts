import type { ServerContext } from '@spawnit/apiserver/dist/src/context.js';
import { MemoryStore } from '@spawnit/apiserver/dist/src/store/memory.js';
import { Registry } from '@spawnit/apiserver/dist/src/store/log/registry.js';
import { allGuards, type Guards } from './guards/guards.js';
import { clientFor } from './programs/controllers.js';
import { makeCatalogue, runPeople } from './programs/people.js';
import { Watcher } from './promises/watcher.js';
import { enter } from './time/virtual-globals.js';
import type { Character } from './trouble/trouble.js';
import { World } from './world.js';

export interface Outcome {
  seed: number;
  steps: number;
  faults: ReadonlyMap<string, number>;
  broken: string[];
  /** How long it took in the calm until all was as declared, in virtual ms. */
  recoveryMs?: number;
}

/** All has to be as declared within so long after the last fault (promise I13). */
const calmMs = 150_000;
/** What is right once must stay so. */
const restMs = 3_000;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, fatal: () => undefined, child: () => silent } as unknown as ServerContext['log'];

export interface Options {
  guards?: Guards;
  /** What the run is like; left to chance when not given. */
  character?: Character;
  log?: (world: () => World) => ServerContext['log'];
  /** Given the world before anything happens in it. */
  onWorld?: (world: World) => void;
}

/** One run: trouble for a minute or so, then calm. The same seed gives the same run. `replaceTimeAndChance` must have been called. */
export async function simulate(seed: number, { guards = allGuards, character, log = () => silent, onWorld = () => undefined }: Options = {}): Promise<Outcome> {
  const world: World = new World(seed, guards, log(() => world), character);
  const { timeline, promises, trouble } = world;
  enter({ timeline, random: world.random, network: world.network });
  try {
    onWorld(world);
    world.populate();
    await prepare(world);
    const watcher = watch(world);
    world.spawn('people', (process) => runPeople(world, process));
    trouble.begin();
    const end = timeline.now + world.random.between(30_000, 90_000);
    await timeline.run(() => isOver(world) || timeline.now >= end);
    trouble.end();
    const recoveryMs = await calmDown(world, watcher);
    if (promises.broken.length === 0) await readAnew(world);
    return { seed, steps: timeline.steps, faults: trouble.counts, broken: promises.broken, recoveryMs };
  } finally {
    for (const process of world.processes.values()) process.dead = true;
  }
}

/** The catalogue is made before anything goes wrong. */
async function prepare(world: World): Promise<void> {
  let ready = false;
  world.spawn('people', (process) => makeCatalogue(world, process).then(() => (ready = true)));
  await world.timeline.run(() => ready);
}

function watch(world: World): Watcher {
  let watcher!: Watcher;
  world.spawn('watcher', (process) => (watcher = new Watcher(world.promises, clientFor(world, process, { role: 'admin', name: 'watcher' }))).run());
  return { isUpToDate: () => watcher.isUpToDate() } as Watcher;
}

/** Gives after how long all was, and stayed, as declared; undefined when a promise was broken. */
async function calmDown({ timeline, promises }: World, watcher: Watcher): Promise<number | undefined> {
  const begun = timeline.now;
  let right = Infinity;
  let looked = -Infinity;
  await timeline.run(() => {
    promises.look();
    if (promises.broken.length > 0 || timeline.now - begun > calmMs) return true;
    if (timeline.now - looked < 250) return false;
    looked = timeline.now;
    right = promises.open() === undefined && watcher.isUpToDate() ? Math.min(right, timeline.now) : Infinity;
    return timeline.now - right >= restMs;
  });
  if (right !== Infinity) return right - begun;
  if (promises.broken.length === 0) promises.break('I13', promises.open() ?? 'a watch has not seen all changes');
  return undefined;
}

/** A server that begins after all is over must find the log as it was made. */
async function readAnew(world: World): Promise<void> {
  const { timeline, promises, bucket } = world;
  let over = false;
  world.spawn('newcomer', async () => {
    try {
      const registry = await Registry.open(new MemoryStore(bucket), { writer: 'newcomer', ...world.settings });
      promises.look();
      promises.finish(registry.view);
      await registry.close();
    } catch (error) {
      promises.break('I5', `a server that begins now does not: ${(error as Error).message}`);
    }
    over = true;
  });
  await timeline.run(() => over);
}

function isOver({ promises }: World): boolean {
  promises.look();
  return promises.broken.length > 0;
}
