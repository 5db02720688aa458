import { type HeartbeatRequest, type Node } from '@spawnit/contract';
import type { WireRequest } from '../network/network.js';
import type { PromiseKeeper } from './promise-keeper.js';

/** Nothing of a node that was deleted, or whose name was given to another machine, is written any more (I15). */
export class Nodes {
  /** Of each session of an agent, the uid of the node that it is one of. */
  readonly #uids = new Map<string, string>();

  constructor(private readonly keeper: Pick<PromiseKeeper, 'break'>) {}

  sent({ url, headers, body }: WireRequest): void {
    const uid = nodeUidIn(headers['authorization']);
    if (uid === undefined || !/^\/agent\/v1\/nodes\/[^/]+\/heartbeat$/.test(url.pathname)) return;
    this.#uids.set((JSON.parse(String(body)) as HeartbeatRequest).session, uid);
  }

  nodeChanges({ metadata: { name, uid }, status }: Node): void {
    const its = this.#uids.get(status?.session ?? '');
    if (its !== undefined && its !== uid) this.keeper.break('I15', `node ${name} of uid ${uid} is said to be at a session of uid ${its}, whose name it was before`);
  }
}

/** What a node's token says. */
function nodeUidIn(authorization = ''): string | undefined {
  const [, claims] = /^Bearer spawnit\.v1\.([^.]+)/.exec(authorization) ?? [];
  return claims === undefined ? undefined : (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { id: { nodeUid?: string } }).id.nodeUid;
}
