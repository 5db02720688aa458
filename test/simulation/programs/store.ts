import { MemoryStore, type Fault, type MemoryBucket } from '@spawnit/apiserver/dist/src/store/memory.js';
import type { ObjectStore } from '@spawnit/apiserver/dist/src/store/object-store.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';

/** A server gives up a call of the store after this (ms). */
const patienceMs = 3_000;

/**
 * The product's in-memory store as one server reaches it: over a network that delays, loses and cuts. What a call does is
 * done when it arrives, whether its caller still lives or not.
 */
export function storeOf(world: World, server: SimulatedProcess): ObjectStore {
  return world.guards.store(new MemoryStore(world.bucket as MemoryBucket, ({ op }) => fault(world, server, op)));
}

function fault({ timeline, random, network, trouble }: World, server: SimulatedProcess, op: string): Fault {
  const { chances } = trouble;
  const before = chances.slowStore > 0 && random.chance(chances.slowStore) ? random.between(50, 2_500) : random.between(0.5, 3);
  const answers = (ms: number) => timeline.sleep(ms, server);
  if (op === 'putIfAbsent' && random.chance(chances.fullStore)) return { before: timeline.sleep(before), outcome: 'fail', after: answers(before + 1) };
  const cut = network.isCut(server.name, 'store');
  if (!cut && !random.chance(chances.store)) return { before: timeline.sleep(before), after: answers(before + random.between(0.2, 2)) };
  const after = answers(cut || random.chance(0.5) ? patienceMs : before + 1);
  if (op === 'list' || op === 'get') return { outcome: 'fail', after };
  const outcome = cut ? (random.chance(0.2) ? 'landed' : 'lost') : random.pick(['fail', 'landed', 'lost', 'late'] as const);
  return { before: timeline.sleep(before), outcome, lands: timeline.sleep(before + random.between(10, 8_000)), after };
}
