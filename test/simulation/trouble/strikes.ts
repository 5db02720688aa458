import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';
import type { Trouble } from './trouble.js';
import { anyAgent, anyClient, anyLink, anyProcess, serversOf } from './victims.js';

/** One thing that goes wrong. */
export type Strike = (world: World, trouble: Trouble) => void;

const crash: Strike = (world, trouble) => {
  trouble.count('crash');
  anyProcess(world).kill();
};

const stop: Strike = (world, trouble) => stopped(world, trouble, anyProcess(world));
const stopAgent: Strike = (world, trouble) => stopped(world, trouble, anyAgent(world));

function stopped(world: World, trouble: Trouble, process: SimulatedProcess): void {
  if (process.stopped) return;
  trouble.count('stop');
  process.stop();
  const ms = world.random.between(5_000, 40_000);
  trouble.lasting(ms, () => process.continue());
  away(world, trouble, process.name, ms);
}

const cut: Strike = (world, trouble) => {
  const { network, random } = world;
  const [a, b] = anyLink(world);
  trouble.count('cut');
  network.cut(a, b);
  trouble.lasting(random.between(1_000, 40_000), () => network.heal(a, b));
};

/** For a moment, for about as long as silence is judged by, or for long. */
const isolate: Strike = (world, trouble) => void isolated(world, trouble, anyClient(world), world.random.pick([[1, 12], [17, 26], [25, 55], [25, 55]] as const));
const isolateAgent: Strike = (world, trouble) => void isolated(world, trouble, anyAgent(world).name, world.random.pick([[1, 12], [17, 26], [25, 55], [25, 55]] as const));
/** Back at about the moment at which it is given up. */
const isolateUntilVerdict: Strike = (world, trouble) => void isolated(world, trouble, anyAgent(world).name, [19, 27]);

/** The same, and soon away again: it has just taken up its work, and is not told of what was decided meanwhile. */
const flap: Strike = (world, trouble) => {
  const { random, timeline } = world;
  const { name } = anyAgent(world);
  const backMs = isolated(world, trouble, name, [19, 27]);
  timeline.after(backMs + random.between(500, 6_000), undefined, () => trouble.calm || isolated(world, trouble, name, [5, 20]));
};

/** One process is cut off from all servers, for as many ms as it gives. */
function isolated(world: World, trouble: Trouble, name: string, [low, high]: readonly [number, number]): number {
  const { network, random } = world;
  const servers = serversOf(world);
  trouble.count('isolated');
  for (const server of servers) network.cut(server, name);
  const ms = random.between(low * 1_000, high * 1_000);
  trouble.lasting(ms, () => servers.forEach((server) => network.heal(server, name)));
  away(world, trouble, name, ms);
  return ms;
}

/**
 * While it is away, its engine may be slow, so that its run is still at it when others take over; and its machine's wall
 * clock may be set back, so that what was to end by it seems to last.
 */
function away(world: World, trouble: Trouble, name: string, ms: number): void {
  const { random, timeline, engineOf, clocks } = world;
  const engine = engineOf.get(name);
  if (engine && random.chance(0.5)) engine.slowUntil = timeline.now + random.between(0.5, 1.1) * ms;
  if (!random.chance(0.4)) return;
  trouble.count('clock jump');
  timeline.after(random.next() * ms, undefined, () => (clocks.get(name)!.wallOffset -= random.between(10_000, 90_000)));
}

/** A store that answers badly for a while. */
const storeStorm: Strike = ({ random }, trouble) => {
  trouble.count('store storm');
  trouble.storm(random.between(500, 15_000), { store: 0.5, slowStore: 0.5 });
};

const storeFull: Strike = ({ random }, trouble) => {
  trouble.count('store full');
  trouble.storm(random.between(500, 30_000), { fullStore: 1 });
};

const clockJump: Strike = ({ random, clocks }, trouble) => {
  trouble.count('clock jump');
  random.pick([...clocks.values()]).wallOffset += random.between(-90_000, 90_000);
};

/** Somebody removes a container by hand. */
export const meddle: Strike = ({ random, engines }, trouble) => {
  const { containers } = random.pick(engines);
  if (containers.size === 0) return;
  trouble.count('removed by hand');
  containers.delete(random.pick([...containers.keys()]));
};

const engineAway: Strike = ({ random, engines }, trouble) => {
  const engine = random.pick(engines);
  if (engine.away) return;
  trouble.count('engine away');
  engine.away = true;
  trouble.lasting(random.between(1_000, 40_000), () => (engine.away = false));
};

/** What one says to servers, and is answered, often comes late. */
const slowLink: Strike = (world, trouble) => {
  const name = anyClient(world);
  trouble.count('slow link');
  trouble.late.add(name);
  trouble.lasting(world.random.between(5_000, 40_000), () => trouble.late.delete(name));
};

const holdUp: Strike = (world, trouble) => trouble.holdUp(anyClient(world), world.random.between(1_000, 15_000));

/** What it and its tofu have sent arrives when others may have been given their work. */
const holdUpAgent: Strike = (world, trouble) => trouble.holdUp(anyAgent(world).name, world.random.between(15_000, 40_000));

export const strikes: Strike[] = [crash, crash, stop, stop, stop, cut, cut, isolate, isolate, isolate, storeStorm, storeFull, clockJump, meddle, engineAway, slowLink, holdUp, holdUpAgent];
export const strikesOnAgents: Strike[] = [isolateAgent, isolateAgent, stopAgent, holdUpAgent];
export const strikesAtVerdicts: Strike[] = [isolateUntilVerdict, flap, flap, flap, meddle];
