import type { ServerContext } from '../context.js';
import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { Change, View } from '../store/log/view.js';
import type { Beat, Leases } from './leases.js';

const prefix = 'beats/';

/** A heartbeat as other servers learn of it: committed before it is acknowledged. */
interface SharedBeat extends Beat {
  server: string;
}

export function beatKey(node: string): string {
  return prefix + node;
}

/**
 * The operation that tells other servers. It is part of the log, so a server that calls a node lost has heard every
 * heartbeat that was acknowledged before that very commit.
 */
export function shareBeat(server: string, node: string, beat: Beat): Op {
  return { op: 'put', key: beatKey(node), value: { ...beat, server } as unknown as JsonObject };
}

/** The server that the node last spoke to, as far as it was shared. */
export function serverHearing(view: View, node: string): string | undefined {
  return (view.get(beatKey(node))?.value as unknown as SharedBeat | undefined)?.server;
}

/** Hears what nodes tell other servers, until the end that it gives is called. */
export function hearOthers({ registry, log }: ServerContext, leases: Leases, self: string): () => void {
  let over = false;
  let stop: () => void = () => undefined;
  const deliver = ({ type, key, value }: Change) => {
    const beat = value as unknown as SharedBeat;
    if (type !== 'DELETED' && beat.server !== self) leases.hearsay(key.slice(prefix.length), beat);
  };
  const listen = () => {
    stop = registry.watch({ prefix, after: registry.rv, onEnd: again }, deliver);
  };
  const again = (error: Error) => {
    if (over) return;
    log.warn({ err: error }, 'the heartbeats that other servers heard were not followed for a moment');
    leases.startAnew();
    try {
      listen();
    } catch {
      over = true; // The registry has stopped, and this server with it.
    }
  };
  listen();
  return () => {
    over = true;
    stop();
  };
}
