import { commitsPath, condition, nodeKind, type CommitRequest, type Node } from '@spawnit/contract';
import type { WireRequest } from '../network/network.js';
import type { World } from '../world.js';
import type { Strike } from './strikes.js';
import type { Trouble } from './trouble.js';
import { anyAgent, serversOf } from './victims.js';

/**
 * The commit that calls a silent node lost lies on its way until the node has been heard again, has taken up its work anew and
 * is away once more: what it says is no longer so, and whoever believes it gives the work to a second one. One node at a
 * time: the others are to take the work.
 */
export const lateRevoke: Strike = (world, trouble) => {
  const { random, timeline, engineOf } = world;
  const { name } = anyAgent(world);
  if (trouble.holds.size > 0 || !isReady(world, name)) return;
  const engine = engineOf.get(name)!;
  const comeBack = away(world, trouble, name, 40_000);
  let lostAt: number | undefined;
  const hold = (_from: string, request: WireRequest) => {
    // Else it is taken back in the same breath, before anybody has got its work.
    if (lostAt !== undefined) return calls(name, 'True', request) ? 8_000 : 0;
    if (!calls(name, 'False', request)) return 0;
    trouble.count('held up');
    const ms = random.between(2_000, 9_000);
    lostAt = timeline.now + ms;
    timeline.after(random.between(0, 300), undefined, comeBack);
    // What it takes up then is still at it when the commit arrives, and a little longer.
    engine.slowUntil = lostAt + random.between(1_000, 6_000);
    timeline.after(ms - random.between(0, 1_000), undefined, () => trouble.calm || away(world, trouble, name, 25_000));
    return ms;
  };
  trouble.holds.add(hold);
  trouble.lasting(65_000, () => trouble.holds.delete(hold));
};

/** Cut off from all servers for `ms`, or until what it gives is called. */
function away(world: World, trouble: Trouble, name: string, ms: number): () => void {
  trouble.count('isolated');
  const { network } = world;
  const servers = serversOf(world);
  for (const server of servers) network.cut(server, name);
  return trouble.lasting(ms, () => servers.forEach((server) => network.heal(server, name)));
}

function isReady({ promises }: World, name: string): boolean {
  const node = promises.records.get(`${nodeKind.plural}/_/${name}`)?.value as unknown as Node | undefined;
  return node !== undefined && condition(node, 'Ready')?.status === 'True';
}

function calls(name: string, ready: 'True' | 'False', { url, body }: WireRequest): boolean {
  if (url.pathname !== commitsPath || typeof body !== 'string') return false;
  const { ops } = JSON.parse(body) as CommitRequest;
  return ops.some(({ object }) => object.kind === nodeKind.kind && object.metadata['name'] === name && condition(object as unknown as Node, 'Ready')?.status === ready);
}
