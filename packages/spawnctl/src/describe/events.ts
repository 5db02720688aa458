import type { Resource } from '@spawnit/contract';
import { byTime } from '../commands/events.js';
import { since } from '../output/since.js';
import type { Session } from '../session.js';
import { table } from './sections.js';

/** What happened to it, the latest last. Of what stands in no namespace the events are sought in all. */
export async function eventsOf({ client }: Session, { metadata }: Resource): Promise<string> {
  const { items } = await client.events.list({ namespace: metadata.namespace, fieldSelector: `involvedObject.uid=${metadata.uid}` });
  if (items.length === 0) return 'Events: none';
  const rows = items.sort(byTime).map((e) => [since(e.lastTimestamp), e.type, e.reason, e.source.component, e.count > 1 ? `${e.message} (${e.count} times)` : e.message]);
  return table('Events', [['AGE', 'TYPE', 'REASON', 'FROM', 'MESSAGE'], ...rows]);
}
