import { ApiError, collectionPath, jsonLines, serviceKind, Unreachable, type Resource, type Status } from '@spawnit/contract';
import { setTimeout as pause } from 'node:timers/promises';
import { seenByName, seenOf } from './clients.js';
import type { Server } from './cluster.js';
import type { Change, Stretch, Watched } from './history.js';

const pauseMs = 50;

interface Event {
  type: Change['type'] | 'BOOKMARK' | 'ERROR';
  object: Resource | Status;
}

/** A watch of a namespace at one server, over all breaks: it resumes at the last version it was told of, and lists again only when that is no longer kept. */
export class Watcher implements Watched {
  readonly stretches: Stretch[];
  readonly name: string;
  #position: number;
  #opened = false;
  #breaks = 0;

  constructor(
    private readonly server: Server,
    private readonly namespace: string,
    position: number,
    private readonly selection: { labelSelector: string; selects: NonNullable<Watched['selects']> } | undefined,
  ) {
    this.name = `${server.name}, ${namespace}, ${selection?.labelSelector ?? 'all'}`;
    this.stretches = [{ after: position, changes: [] }];
    this.#position = position;
  }

  get selects(): Watched['selects'] {
    return this.selection?.selects;
  }

  get position(): number {
    return this.#position;
  }

  /** How often it went on after a broken stream. */
  get breaks(): number {
    return this.#breaks;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (ApiError.is(error, 'Expired')) await this.#begin(signal).catch(() => undefined);
        else if (!(error instanceof Unreachable) && !ApiError.is(error, 'ServiceUnavailable', 'Timeout')) throw error;
      }
      await pause(pauseMs);
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const query = { watch: true, allowWatchBookmarks: true, resourceVersion: this.#position, labelSelector: this.selection?.labelSelector };
    const body = await this.server.people.transport.stream({ path: collectionPath(serviceKind, this.namespace), query, signal });
    if (this.#opened) this.#breaks++;
    this.#opened = true;
    for await (const { type, object } of jsonLines<Event>(body)) {
      if (type === 'ERROR') throw ApiError.fromStatus(object as Status);
      const seen = seenOf(object as Resource);
      this.#position = seen.rv;
      if (type !== 'BOOKMARK') this.stretches.at(-1)!.changes.push({ type, record: (object as Resource).metadata.name, seen });
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { items, metadata } = await this.server.people.services.list({ namespace: this.namespace, labelSelector: this.selection?.labelSelector, signal });
    this.#position = Number(metadata.resourceVersion);
    this.stretches.push({ after: this.#position, items: seenByName(items), changes: [] });
  }
}
