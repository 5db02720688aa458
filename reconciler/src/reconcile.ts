import { ApiError, type Client } from '@spawnit/contract';
import { splitKey, systemClock, type Clock, type Log, type Reconcile, type ReconcileResult } from '@spawnit/controller';
import { BackoffClock } from './backoff-clock.js';
import type { Caches } from './caches.js';
import { decide } from './decide.js';
import { observe } from './observe.js';
import type { Action } from './observed.js';
import { deleteOp, opsFor } from './ops.js';
import type { Kept } from './retention.js';

export interface ReconcilerOptions {
  client: Client;
  caches: Caches;
  log: Log;
  clock?: Clock;
  /** Wall clock, in ms since 1970. */
  wallNow?: () => number;
  random?: () => number;
  kept?: Kept;
}

/** Reads a service from the caches, decides, and makes one commit of the answer. */
export function makeReconcile({ client, caches, log, clock = systemClock, wallNow = Date.now, random = Math.random, kept }: ReconcilerOptions): Reconcile {
  const backoffs = new BackoffClock(clock);
  return async (key) => {
    const service = caches.services.get(key);
    if (!service) return sweep(client, caches, key);
    const seen = await observe(caches, client, service);
    const now = new Date(wallNow()).toISOString();
    const actions = decide({ ...seen, backoffLeftMs: backoffs.left(service, wallNow()), now, random, kept });
    const ops = opsFor(service, actions, now);
    if (ops.length > 0) await client.commit(ops);
    if (actions.some((action) => action.type === 'removeFinalizer')) backoffs.forget(service.metadata.uid!);
    tell(log, key, actions);
    return requeue(actions);
  };
}

function tell(log: Log, key: string, actions: Action[]): void {
  for (const action of actions) if (action.type === 'event') log.info({ service: key, reason: action.event.reason }, action.event.message);
}

function requeue(actions: Action[]): ReconcileResult | undefined {
  const waits = actions.flatMap((action) => (action.type === 'requeue' ? [action.afterMs] : []));
  return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
}

/** Most writes in one commit. */
const commitLimit = 100;

/** Jobs and revisions of a service that is gone go too. The cache may be late, so the server is asked first. */
async function sweep(client: Client, { jobs, revisions }: Caches, key: string): Promise<void> {
  const left = [...jobs.by('service', key), ...revisions.by('service', key)];
  if (left.length === 0) return;
  const { namespace, name } = splitKey(key);
  const uid = await client.services.get(name, namespace).then(
    (service) => service.metadata.uid,
    (error: unknown) => {
      if (ApiError.is(error, 'NotFound')) return undefined;
      throw error;
    },
  );
  const orphans = left.filter((each) => each.spec.serviceUid !== uid).slice(0, commitLimit);
  if (orphans.length > 0) await client.commit(orphans.map(deleteOp));
}
