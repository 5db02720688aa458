import { mostListed, type ObjectStore } from '../object-store.js';
import { commitKey, decodeCommit, logPrefix } from './commit.js';
import type { Settings } from './options.js';
import type { Link } from './replay.js';
import { encodeSnapshot, listSnapshots, snapshotKey } from './snapshot.js';
import { knownMs } from './trim-guard.js';
import type { SizedEntry } from './view.js';

/** Writes a snapshot, then trims what it makes dispensable. */
export async function snapshotAndTrim(store: ObjectStore, { link, records }: { link: Link; records: SizedEntry[] }, settings: Settings, known: KnownSnapshots): Promise<void> {
  const { log, timers } = settings;
  const body = await encodeSnapshot({ link, records }, () => timers.turn());
  const outcome = await store.putIfAbsent(snapshotKey(link.seq), body);
  log.info({ seq: link.seq, records: records.length, bytes: body.length, outcome }, 'snapshot');
  const trimmed = await trimLog(store, settings, known);
  if (trimmed > 0) log.info({ trimmed }, 'old commits removed');
}

/**
 * Removes commits that stand before a snapshot whose own commit is old enough and that this server has known for
 * long enough, and the snapshots before that one. The last two snapshots and all after them always stay.
 * Oldest first, one at a time: where a commit is, all after it are.
 */
async function trimLog(store: ObjectStore, settings: Settings, known: KnownSnapshots): Promise<number> {
  const snapshots = await listSnapshots(store);
  const monotonic = settings.monotonic();
  known.see(snapshots, monotonic);
  const settled = snapshots.slice(0, -1).filter((seq) => known.forMs(seq, monotonic) >= knownMs(settings.keepLogMs));
  const line = await trimLine(store, settled, settings.now() - settings.keepLogMs);
  if (line === undefined) return 0;
  let trimmed = 0;
  for (;;) {
    const page = await store.list(logPrefix, { limit: mostListed });
    const old = page.filter((key) => key < commitKey(line));
    for (const key of old) await store.delete(key);
    trimmed += old.length;
    if (old.length < page.length || page.length === 0) break;
  }
  for (const seq of snapshots.filter((seq) => seq < line)) await store.delete(snapshotKey(seq));
  return trimmed;
}

/** The newest of these snapshots that is old enough; they are in order of age. */
async function trimLine(store: ObjectStore, snapshots: number[], before: number): Promise<number | undefined> {
  let line: number | undefined;
  for (const seq of snapshots) {
    const bytes = await store.get(commitKey(seq));
    if (!bytes || Date.parse(decodeCommit(commitKey(seq), bytes).header.time) >= before) break;
    line = seq;
  }
  return line;
}

/** Since when this server has known each snapshot, by its monotonic clock. */
export class KnownSnapshots {
  #since = new Map<number, number>();

  /** These there are now. */
  see(seqs: number[], now: number): void {
    this.#since = new Map(seqs.map((seq) => [seq, this.#since.get(seq) ?? now]));
  }

  forMs(seq: number, now: number): number {
    return now - (this.#since.get(seq) ?? now);
  }
}
