import { type Event } from '@spawnit/contract';
import { columns, widthsOf } from '../output/columns.js';
import { note, print } from '../output/streams.js';
import { since } from '../output/since.js';
import { readRef } from '../refs.js';
import type { Session } from '../session.js';

export interface EventFlags {
  for?: string;
  allNamespaces?: boolean;
  watch?: boolean;
}

/** Events, the latest last. */
export async function events(session: Session, flags: EventFlags): Promise<void> {
  const ref = flags.for === undefined ? undefined : readRef(flags.for, 'service');
  const fieldSelector = ref && `involvedObject.kind=${ref.kind.kind},involvedObject.name=${ref.name}`;
  const namespace = flags.allNamespaces ? undefined : session.namespace;
  const head = [...(flags.allNamespaces ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
  const rowOf = (event: Event) => [...(flags.allNamespaces ? [event.metadata.namespace ?? ''] : []), ...cellsOf(event)];
  const { items, metadata } = await session.client.events.list({ namespace, fieldSelector });
  const rows = items.sort(byTime).map(rowOf);
  const widths = widthsOf([head, ...rows]);
  if (rows.length > 0) print(columns([head, ...rows], widths));
  else if (!flags.watch) note(`No events found${ref ? ` for ${ref.kind.singular} "${ref.name}"` : ''}${namespace === undefined ? '' : ` in namespace "${namespace}"`}.`);
  if (!flags.watch) return;
  for await (const change of session.client.events.follow({ namespace, fieldSelector })) {
    const fresh = change.type === 'SYNCED' ? change.items.filter((e) => Number(e.metadata.resourceVersion) > Number(metadata.resourceVersion)) : change.type === 'DELETED' ? [] : [change.object];
    for (const event of fresh) print(columns([rowOf(event)], widths));
  }
}

export function byTime(a: Event, b: Event): number {
  return a.lastTimestamp < b.lastTimestamp ? -1 : 1;
}

function cellsOf(event: Event): string[] {
  const { involvedObject, message, count } = event;
  const times = count > 1 ? ` (${count} times since ${since(event.firstTimestamp)} ago)` : '';
  return [since(event.lastTimestamp), event.type, event.reason, `${involvedObject.kind.toLowerCase()}/${involvedObject.name}`, message + times];
}
