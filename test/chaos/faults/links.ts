import type { FaultProxy } from '@spawnit/testkit';
import type { Random } from '../../simulation/time/random.js';
import type { Standing } from '../recorder/engine.js';
import type { EngineLink, Link } from '../star/links.js';
import type { Fault } from './fault.js';

const ways: Record<string, (proxy: FaultProxy, random: Random) => void> = {
  cut: (proxy) => proxy.cut(),
  reset: (proxy) => proxy.reset(),
  slow: (proxy, random) => proxy.slow(random.between(50, 1_500)),
  'half-open': (proxy) => proxy.blackHole(),
  'lost replies': (proxy) => proxy.loseReplies(),
};

/** Spoils a way between two programs, for a moment or for longer than a lease. */
export function spoilLink(random: Random, { name, proxy }: Link): Fault {
  const [way, spoil] = random.pick(Object.entries(ways));
  return {
    sort: `link ${way}`,
    what: `${way}: ${name}`,
    ms: random.pick([random.between(100, 2_000), random.between(2_000, 12_000), random.between(12_000, 40_000)]),
    begin: () => spoil(proxy, random),
    end: () => proxy.heal(),
  };
}

/** Short, as an engine is on the agent's own machine: what is on its way to it has arrived long before a lease is over. */
export function spoilEngine(random: Random, { name, tap }: EngineLink): Fault {
  const cut = random.chance(0.5);
  return {
    sort: cut ? 'engine cut' : 'engine slow',
    what: `${cut ? 'cut' : 'slow'}: ${name}`,
    ms: random.between(500, 10_000),
    begin: () => (cut ? tap.cut() : tap.slow(random.between(100, 3_000))),
    end: () => tap.heal(),
  };
}

/** Somebody removes a container by hand. */
export function removeByHand({ name, ...it }: Standing, remove: (it: Pick<Standing, 'kind' | 'id'>) => Promise<boolean>): Fault {
  return { sort: 'removed by hand', what: `docker rm -f ${name}`, ms: 0, begin: async () => void (await remove(it)), end: () => undefined };
}
