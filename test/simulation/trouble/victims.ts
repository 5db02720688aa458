import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';

/** Agents more often than others: it is they who change something. */
export function anyProcess(world: World): SimulatedProcess {
  const { random, processes } = world;
  return random.chance(0.5) ? anyAgent(world) : random.pick([...processes.values()]);
}

/** One that is in the middle of something, if there is one: that is when it matters. */
export function anyAgent({ random, processes, busy }: World): SimulatedProcess {
  const agents = [...processes.values()].filter(({ name }) => name.startsWith('agent-'));
  const working = agents.filter((agent) => (busy.get(agent) ?? 0) > 0);
  return random.pick(working.length > 0 && random.chance(0.8) ? working : agents);
}

/** The name of somebody who asks servers. */
export function anyClient(world: World): string {
  const { random, processes } = world;
  return random.chance(0.8) ? anyAgent(world).name : random.pick([...processes.keys()].filter((each) => !isServer(each)));
}

export function serversOf({ processes }: World): string[] {
  return [...processes.keys()].filter(isServer);
}

/** Any two that speak to each other. */
export function anyLink(world: World): [string, string] {
  const { random, processes } = world;
  const server = random.pick(serversOf(world));
  return [server, random.pick([...[...processes.keys()].filter((name) => name !== server), 'store'])];
}

function isServer(name: string): boolean {
  return name.startsWith('server-');
}
