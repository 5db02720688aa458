import { isDeepStrictEqual } from 'node:util';
import { ApiError, type Client, type Service, type ServiceStatus } from '@spawnit/contract';
import { eventOp, keyOf, type Log } from '@spawnit/controller';
import type { DriftMetrics } from './metrics.js';
import { judge, type Judged, type Judgement } from './verdict.js';

export interface RecordParts {
  client: Pick<Client, 'commit' | 'services'>;
  /** What the watch has brought; may be late. */
  seen: (key: string) => Service | undefined;
  log: Log;
  /** ISO 8601, for display. */
  wall: () => string;
  metrics: DriftMetrics;
}

const tries = 4;
/** Of services that are gone none is brought any more. */
const mostAhead = 10_000;

/** Writes a verdict over the version that it was judged against; when that has changed it is judged again. Throws what the apiserver answers else. */
export function verdictRecorder({ client, seen, log, wall, metrics }: RecordParts): (of: Omit<Judgement, 'current' | 'now'>) => Promise<void> {
  /** What was written last, until the watch has brought it: by what was before it, a verdict that turns back would be no news. */
  const ahead = new Map<string, ServiceStatus['drift']>();
  return async (of) => {
    const key = keyOf(of.ordered);
    let current = seen(key);
    const written = ahead.get(key);
    ahead.delete(key);
    if (current && written && !isDeepStrictEqual(current.status?.drift, written)) current = await reread(current);
    for (let left = tries; left > 0; left--) {
      const judged = judge({ ...of, current, now: wall() });
      if ('discard' in judged) return log.debug({ service: key, why: judged.discard }, 'verdict discarded');
      if ('same' in judged || !current || (await wrote(current, judged))) return;
      current = await reread(current);
    }
    log.debug({ service: key }, 'it changes faster than it can be judged; the next check tells');
  };

  async function wrote(current: Service, { status, event }: Extract<Judged, { status: object }>): Promise<boolean> {
    const { apiVersion, kind, metadata, spec } = current;
    const about = event && eventOp({ component: 'drift-controller', about: current, ...event, now: wall() });
    try {
      await client.commit([{ verb: 'updateStatus', object: { apiVersion, kind, metadata, spec, status } }, ...(about ? [about] : [])]);
    } catch (error) {
      if (ApiError.is(error, 'Conflict', 'NotFound')) return false;
      throw error;
    }
    if (ahead.size >= mostAhead) ahead.clear();
    ahead.set(keyOf(current), status.drift);
    metrics.verdict(status.drift!.verdict);
    if (event) log.info({ service: keyOf(current), verdict: status.drift!.verdict, why: event.message }, 'verdict');
    return true;
  }

  function reread({ metadata: { name, namespace } }: Service): Promise<Service | undefined> {
    return client.services.get(name, namespace).catch((error: unknown) => {
      if (ApiError.is(error, 'NotFound')) return undefined;
      throw error;
    });
  }
}
