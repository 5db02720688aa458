import type { ObjectStore } from '../object-store.js';
import { commitKey, genesis, lastRv, logPrefix, seqOf } from './commit.js';
import { RegistryDamaged } from './errors.js';
import { History } from './history.js';
import type { Log, Settings } from './options.js';
import { replay } from './replay.js';
import type { Link } from './replay.js';
import { decodeSnapshot, listSnapshots, snapshotKey } from './snapshot.js';
import type { Snapshot } from './snapshot.js';
import { Records } from './view.js';

export interface Loaded {
  records: Records;
  history: History;
  head: Link;
  /** Its sequence, 0 when there is none. */
  newestSnapshot: number;
}

/**
 * Reads the registry: a snapshot and the commits after it. With a choice of snapshots it takes
 * one that leaves some commits to replay, so that watches can resume across a restart.
 */
export async function loadRegistry(store: ObjectStore, { log, historyEvents, historyBytes, snapshotEvery }: Settings): Promise<Loaded> {
  const snapshots = await listSnapshots(store);
  const start = (await newestValid(store, log, snapshots, snapshotEvery / 2)) ?? { link: { seq: 0, hash: genesis }, records: [] };
  if (start.link.seq === 0) await checkBeginning(store);
  const records = new Records();
  for (const entry of start.records) records.load(entry);
  records.seq = start.link.seq;
  const history = new History(lastRv(start.link.seq), { changes: historyEvents, bytes: historyBytes });
  let head = start.link;
  for await (const commit of replay(store, start.link)) {
    head = { seq: commit.header.seq, hash: commit.hash };
    history.add(records.apply(head.seq, commit.txns.flatMap((txn) => txn.ops), commit.sizes));
  }
  return { records, history, head, newestSnapshot: snapshots.at(-1) ?? 0 };
}

async function newestValid(store: ObjectStore, log: Log, snapshots: number[], minHistory: number): Promise<Snapshot | undefined> {
  const end = await logEnd(store, snapshots.at(-1) ?? 0);
  const preferred = snapshots.slice(-2).findLast((seq) => end - seq >= minHistory);
  const newestFirst = [...snapshots].reverse();
  const order = preferred === undefined ? newestFirst : [preferred, ...newestFirst];
  for (const seq of new Set(order)) {
    const key = snapshotKey(seq);
    const bytes = await store.get(key);
    const snapshot = bytes && decodeSnapshot(key, bytes);
    if (snapshot) return snapshot;
    log.error({ key }, 'a snapshot is torn: going back to the one before');
  }
  return undefined;
}

/** The last sequence that the listing names after a snapshot. */
async function logEnd(store: ObjectStore, after: number): Promise<number> {
  const keys = await store.list(logPrefix, { after: commitKey(after) });
  return keys.length > 0 ? seqOf(keys.at(-1)!, logPrefix) : after;
}

/** Without a snapshot the log must be whole from its first commit. */
async function checkBeginning(store: ObjectStore): Promise<void> {
  const [first] = await store.list(logPrefix, { limit: 1 });
  if (first !== undefined && seqOf(first, logPrefix) !== 1) {
    throw new RegistryDamaged(commitKey(1), `is missing, the log begins with ${first}, and no snapshot stands for what came before`);
  }
}
