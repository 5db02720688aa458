import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, collectionPath, firstPauseMs, jsonLines, longerPause, Unreachable, type KindDefinition, type Status } from '@spawnit/contract';
import type { Printer } from '../output/format.js';
import { note, print } from '../output/streams.js';
import { acceptTable, type Table, type TablePrinter } from '../output/table.js';
import type { Ref } from '../refs.js';
import type { Session } from '../session.js';

interface Selection {
  labelSelector?: string;
  fieldSelector?: string;
}

interface WatchEvent {
  type: string;
  object: Table | Status;
}

const gap = 'the server keeps no changes since then: what is there now is shown as far as it has changed, what was deleted is not';

/** Prints each change as lines of the table, for ever: after a break it goes on where it was, without leaving any out. */
export async function watchTable(session: Session, kind: KindDefinition, namespace: string | undefined, selection: Selection, printer: TablePrinter, from: string | undefined): Promise<never> {
  const query = { watch: true, allowWatchBookmarks: true, ...selection };
  const path = collectionPath(kind, namespace);
  let position = from;
  let expired = false;
  let pauseMs = firstPauseMs;
  for (;;) {
    try {
      if (expired) {
        const table = await session.client.transport.json<Table>({ path, accept: acceptTable, query: { ...selection } });
        print(printer.format({ ...table, rows: table.rows?.filter(({ object }) => isNewer(object?.metadata, position)) ?? [] }));
        position = table.metadata?.resourceVersion ?? position;
        expired = false;
      }
      const body = await session.client.transport.stream({ path, accept: acceptTable, query: { ...query, resourceVersion: position } });
      for await (const event of jsonLines<WatchEvent>(body)) {
        if (event.type === 'ERROR') throw ApiError.fromStatus(event.object as Status);
        const table = event.object as Table;
        position = table.metadata?.resourceVersion ?? position;
        pauseMs = firstPauseMs;
        print(printer.format(table));
      }
    } catch (error) {
      expired ||= ApiError.is(error, 'Expired');
      if (ApiError.is(error, 'Expired')) note(gap);
      else if (!mayPass(error)) throw error;
      else if (pauseMs === firstPauseMs) note('connection lost; trying again');
      await delay(pauseMs);
      pauseMs = longerPause(pauseMs);
    }
  }
}

/** The same for json, yaml and names. */
export async function watchResources(session: Session, ref: Ref, namespace: string | undefined, selection: Selection, printer: Printer, from: string | undefined): Promise<void> {
  const resources = session.client.of(ref.kind);
  const onBreak = (error: unknown) => {
    if (ApiError.is(error, 'Expired')) note(gap);
    else if (!mayPass(error)) throw error;
  };
  let position = from;
  for await (const event of resources.follow({ namespace, ...selection, onBreak })) {
    const changed = event.type === 'SYNCED' ? event.items.filter(({ metadata }) => isNewer(metadata, position)) : [event.object];
    for (const item of changed) print(printer.next(item));
    position = event.type === 'SYNCED' ? event.resourceVersion : event.object.metadata.resourceVersion;
  }
}

function isNewer(metadata: { resourceVersion?: string } | undefined, position: string | undefined): boolean {
  return Number(metadata?.resourceVersion) > Number(position ?? 0);
}

function mayPass(error: unknown): boolean {
  return error instanceof Unreachable || ApiError.is(error, 'ServiceUnavailable', 'TooManyRequests', 'InternalError', 'Timeout');
}
