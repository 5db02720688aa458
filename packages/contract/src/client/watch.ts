import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Status } from '../errors.js';
import type { KindDefinition } from '../kinds/kind.js';
import type { Resource } from '../meta.js';
import { collectionPath } from '../paths.js';
import { jsonLines } from './json-lines.js';
import { firstPauseMs, longerPause } from './keep-trying.js';
import type { ListOptions, Resources } from './resources.js';
import type { Transport } from './transport.js';

export type WatchEvent<R> = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: R } | { type: 'BOOKMARK'; object: Resource };
/** SYNCED carries everything there is: at the start, and again whenever the history had to be given up. */
export type FollowEvent<R> = { type: 'SYNCED'; items: R[]; resourceVersion: string } | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: R };

export async function* watch<R>(transport: Transport, kind: KindDefinition, options: ListOptions & { signal?: AbortSignal }): AsyncGenerator<WatchEvent<R>> {
  const { namespace, signal, ...query } = options;
  const body = await transport.stream({
    path: collectionPath(kind, namespace),
    query: { ...query, watch: true, allowWatchBookmarks: true },
    signal,
  });
  for await (const event of jsonLines<WatchEvent<R> | { type: 'ERROR'; object: Status }>(body)) {
    if (event.type === 'ERROR') throw ApiError.fromStatus(event.object);
    yield event;
  }
}

/** Goes on after a break where it was, with the pauses of `keepTrying`. */
export async function* follow<R extends Resource>(
  resources: Resources<R>,
  options: Omit<ListOptions, 'resourceVersion'> & { signal?: AbortSignal; onBreak?: (error: unknown) => void },
): AsyncGenerator<FollowEvent<R>> {
  const { signal, onBreak, ...selection } = options;
  let position: string | undefined;
  let pauseMs = firstPauseMs;
  while (!signal?.aborted) {
    try {
      if (position === undefined) {
        const list = await resources.list({ ...selection, signal });
        position = list.metadata.resourceVersion;
        yield { type: 'SYNCED', items: list.items, resourceVersion: position };
      }
      for await (const event of resources.watch({ ...selection, resourceVersion: position, signal })) {
        position = event.object.metadata.resourceVersion ?? position;
        pauseMs = firstPauseMs;
        if (event.type !== 'BOOKMARK') yield event;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (ApiError.is(error, 'Expired')) position = undefined;
      onBreak?.(error);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = longerPause(pauseMs);
    }
  }
}
