import { HistoryQuery, type HistoryAnswer, type LogEntry } from '@spawnit/contract';
import type { z } from 'zod';
import type { ServerContext } from '../context.js';
import type { Commit } from '../store/log/commit.js';

/** So many commits are looked through at most. */
const farthest = 10_000;
/** What servers tell each other says nothing to people. */
const chatter = ['beats/', 'held-names/', 'members/', 'meta/', 'idempotency/', 'unnamed/'];

/** The last transactions of the log, newest last. */
export async function historyOf({ registry }: ServerContext, { last, by }: z.output<typeof HistoryQuery>): Promise<HistoryAnswer> {
  const head = await registry.sync();
  let entries: LogEntry[] = [];
  const oldest = Math.max(1, head - farthest);
  // From the end back, in pieces, until there are enough.
  for (let to = head, size = last * 2; to >= oldest && entries.length < last; size *= 2) {
    const from = Math.max(oldest, to - size + 1);
    const some: LogEntry[] = [];
    for await (const commit of registry.history({ from, to })) some.push(...entriesOf(commit).filter((entry) => entry.by.startsWith(by ?? '')));
    entries = [...some, ...entries];
    to = from - 1;
  }
  return { head, entries: entries.slice(-last) };
}

function entriesOf({ header: { seq, time }, txns }: Commit): LogEntry[] {
  return txns.flatMap(({ author, ops }) => {
    const keys = (which: 'put' | 'delete') => ops.filter(({ op, key }) => op === which && !chatter.some((prefix) => key.startsWith(prefix))).map(({ key }) => key);
    const entry = { sequence: seq, time, by: author, put: keys('put'), deleted: keys('delete') };
    return entry.put.length + entry.deleted.length > 0 ? [entry] : [];
  });
}
