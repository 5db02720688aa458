import { sameContent, type Change, type History, type Seen, type Stretch, type Watched } from './history.js';

type Selects = NonNullable<Watched['selects']>;

/**
 * Holds all that was seen of a history against one order of changes: that of all its watches put together. Every watch must
 * have told exactly its part of it, every list is what stood at its resourceVersion, every answer is a version of it.
 */
export function checkLog({ calls, lists, watches }: History): string[] {
  const broken: string[] = [];
  const log = merged(watches, broken);
  const versions = new Map(log.filter(({ type }) => type !== 'DELETED').map((change) => [change.seen.rv, change]));
  replay(log, Infinity, broken);
  effectsOnce(log, broken);
  for (const watch of watches) broken.push(...watchBroken(watch, log));
  for (const list of lists) if (!sameItems(replay(log, list.rv), list.items)) broken.push(`a list at ${list.rv} is not what stood then: ${told(list.items)}, not ${told(replay(log, list.rv))}`);
  for (const { record, operation, answer } of calls) {
    if (answer?.is !== 'object') continue;
    const change = versions.get(answer.seen.rv);
    if (!change || change.record !== record || !same(change.seen, answer.seen)) broken.push(`${operation.do} of ${record} was answered ${JSON.stringify(answer.seen)}, and the watches tell ${change ? JSON.stringify(change) : 'nothing of that version'}`);
  }
  return broken;
}

/** The changes of all watches, each once, in the order of their versions. */
function merged(watches: Watched[], broken: string[]): Change[] {
  const found = new Map<number, Change>();
  // Only a watch of everything tells what a change was to the record.
  for (const change of watches.filter(({ selects }) => !selects).flatMap(({ stretches }) => stretches.flatMap(({ changes }) => changes))) {
    const known = found.get(change.seen.rv);
    if (!known) found.set(change.seen.rv, change);
    else if (!alike(known, change)) broken.push(`two watches tell of ${change.seen.rv} differently: ${JSON.stringify(known)}, ${JSON.stringify(change)}`);
  }
  return [...found.values()].sort((a, b) => a.seen.rv - b.seen.rv);
}

/** The records after the changes up to a version. */
function replay(log: Change[], rv: number, broken: string[] = []): Map<string, Seen> {
  const records = new Map<string, Seen>();
  for (const { type, record, seen } of log) {
    if (seen.rv > rv) break;
    const before = records.get(record);
    if ((type === 'ADDED') === (before !== undefined)) broken.push(`${type} ${record} at ${seen.rv}, and it was ${before ? 'there' : 'not there'}`);
    if (before && before.uid !== seen.uid) broken.push(`${record} became another one at ${seen.rv} without being deleted`);
    if (type === 'DELETED' && before && !sameContent(before, seen)) broken.push(`${record} was deleted at ${seen.rv} as ${JSON.stringify(seen)}, and it was ${JSON.stringify(before)}`);
    if (type === 'DELETED') records.delete(record);
    else records.set(record, seen);
  }
  return records;
}

/** What one operation wrote never comes a second time. */
function effectsOnce(log: Change[], broken: string[]): void {
  const written = new Set<string>();
  const last = new Map<string, Seen>();
  for (const { type, record, seen } of log) {
    const before = last.get(record);
    for (const [what, mark, was] of [['t', seen.t, before?.t], ['p', seen.p, before?.p]] as const) {
      if (type === 'DELETED' || mark === undefined || mark === was) continue;
      if (written.has(mark)) broken.push(`${what}=${mark} was written to ${record} once more at ${seen.rv}`);
      written.add(mark);
    }
    if (type === 'DELETED') last.delete(record);
    else last.set(record, seen);
  }
}

function watchBroken({ name, selects = () => true, stretches }: Watched, log: Change[]): string[] {
  return stretches.flatMap((stretch, index) => {
    const end = stretches[index + 1]?.after ?? Infinity;
    const expected = selectedOf(log, selects).filter(({ seen }) => seen.rv > stretch.after && seen.rv <= Math.max(end, stretch.changes.at(-1)?.seen.rv ?? 0));
    return [...listedBroken(name, selects, stretch, log), ...firstDifference(name, expected, stretch.changes, index < stretches.length - 1)];
  });
}

function listedBroken(name: string, selects: Selects, { after, items }: Stretch, log: Change[]): string[] {
  if (!items) return [];
  const stood = new Map([...replay(log, after)].filter(([, seen]) => selects(seen)));
  return sameItems(stood, items) ? [] : [`${name}: it began again at ${after} with ${told(items)}, and there was ${told(stood)}`];
}

/** A stretch that was given up for a new list may lack its end. */
function firstDifference(name: string, expected: Change[], got: Change[], mayLackEnd: boolean): string[] {
  const at = got.findIndex((change, index) => !expected[index] || !alike(expected[index], change));
  if (at >= 0) return [`${name}: change ${at + 1} is ${JSON.stringify(got[at])}, and should be ${JSON.stringify(expected[at])}`];
  if (got.length === expected.length || mayLackEnd) return [];
  return [`${name}: ends after ${got.length} of ${expected.length} changes; the next is ${JSON.stringify(expected[got.length])}`];
}

/** What comes into a selection is ADDED, what leaves it DELETED. */
function selectedOf(log: Change[], selects: Selects): Change[] {
  const last = new Map<string, Seen>();
  return log.flatMap(({ type, record, seen }): Change[] => {
    const previous = last.get(record);
    const before = previous !== undefined && selects(previous);
    const now = type !== 'DELETED' && selects(seen);
    if (type === 'DELETED') last.delete(record);
    else last.set(record, seen);
    if (!before) return now ? [{ type: 'ADDED', record, seen }] : [];
    return [{ type: now ? 'MODIFIED' : 'DELETED', record, seen }];
  });
}

function same(a: Seen, b: Seen): boolean {
  return sameContent(a, b) && a.uid === b.uid && a.rv === b.rv;
}

function alike(a: Change, b: Change): boolean {
  return a.type === b.type && a.record === b.record && same(a.seen, b.seen);
}

function sameItems(a: Map<string, Seen>, b: Map<string, Seen>): boolean {
  return a.size === b.size && [...a].every(([record, seen]) => b.has(record) && same(seen, b.get(record)!));
}

function told(items: Map<string, Seen>): string {
  return JSON.stringify([...items].map(([record, { rv, t, p }]) => `${record}@${rv} ${t}/${p}`));
}
