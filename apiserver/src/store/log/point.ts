import type { ObjectStore } from '../object-store.js';
import { commitKey, decodeCommit, genesis, logPrefix, seqOf } from './commit.js';
import type { Commit } from './commit.js';
import { PointNotKept, RegistryDamaged } from './errors.js';
import { replay } from './replay.js';
import type { Link } from './replay.js';
import { decodeSnapshot, listSnapshots, snapshotKey } from './snapshot.js';
import { Records } from './view.js';

/** A place in the log, and when its commit was made by its server's wall clock. */
export interface Point {
  seq: number;
  time: string;
}

export interface PastRecords extends Point {
  records: Records;
  head: Link;
}

/** All records as they were right after a commit. Throws PointNotKept, RegistryDamaged. */
export async function recordsAt(store: ObjectStore, seq: number): Promise<PastRecords> {
  const { records, link } = await baseFor(store, seq);
  let head = link;
  for await (const commit of seq > link.seq ? replay(store, link) : []) {
    if (commit.header.seq > seq) break;
    records.apply(commit.header.seq, commit.txns.flatMap((txn) => txn.ops), commit.sizes);
    head = { seq: commit.header.seq, hash: commit.hash };
  }
  if (head.seq < seq) throw new PointNotKept(`sequence ${seq} does not exist: the log ends at ${head.seq}`);
  return { records, head, ...(await pointOf(store, seq)) };
}

/** The last commit before the first one that was made later than `time` (ms since 1970). Throws PointNotKept when that is no longer kept. */
export async function pointAt(store: ObjectStore, time: number): Promise<Point> {
  const oldest = await oldestPoint(store);
  if (Date.parse(oldest.time) > time) throw notKept(`nothing from ${new Date(time).toISOString()} is kept`, oldest);
  let found = oldest;
  for (const seq of await listSnapshots(store)) {
    const point = await pointOf(store, seq);
    if (Date.parse(point.time) > time) break;
    found = point;
  }
  for await (const { header } of commitsAfter(store, found.seq)) {
    if (Date.parse(header.time) > time) break;
    found = { seq: header.seq, time: header.time };
  }
  return found;
}

/** The first point that can be gone back to: the first snapshot that is kept, or the first commit of a log that was never trimmed. */
export async function oldestPoint(store: ObjectStore): Promise<Point> {
  const [first] = await store.list(logPrefix, { limit: 1 });
  if (first === undefined) throw new PointNotKept('the log is empty');
  const begin = seqOf(first, logPrefix);
  if (begin === 1) return pointOf(store, 1);
  const [snapshot] = (await listSnapshots(store)).filter((seq) => seq >= begin);
  if (snapshot === undefined) throw new RegistryDamaged(commitKey(1), `is missing, the log begins with ${first}, and no snapshot stands for what came before`);
  return pointOf(store, snapshot);
}

/** The first sequence of which anything is kept, be it only a snapshot that is about to go. */
export async function beginsAt(store: ObjectStore): Promise<number> {
  const [snapshot = Infinity] = await listSnapshots(store);
  const [first] = await store.list(logPrefix, { limit: 1 });
  return first === undefined ? 0 : Math.min(seqOf(first, logPrefix), snapshot);
}

async function baseFor(store: ObjectStore, seq: number): Promise<{ records: Records; link: Link }> {
  const oldest = await oldestPoint(store);
  if (seq < oldest.seq) throw notKept(`sequence ${seq} is not kept`, oldest);
  const records = new Records();
  for (const at of (await listSnapshots(store)).filter((each) => each <= seq).reverse()) {
    const bytes = await store.get(snapshotKey(at));
    const snapshot = bytes && decodeSnapshot(snapshotKey(at), bytes);
    if (!snapshot) continue;
    for (const entry of snapshot.records) records.load(entry);
    records.seq = at;
    return { records, link: snapshot.link };
  }
  return { records, link: { seq: 0, hash: genesis } };
}

async function* commitsAfter(store: ObjectStore, seq: number): AsyncGenerator<Commit, void> {
  const bytes = await store.get(commitKey(seq));
  if (!bytes) throw new RegistryDamaged(commitKey(seq), 'is missing');
  yield* replay(store, { seq, hash: decodeCommit(commitKey(seq), bytes).hash });
}

async function pointOf(store: ObjectStore, seq: number): Promise<Point> {
  const bytes = await store.get(commitKey(seq));
  if (!bytes) throw new RegistryDamaged(commitKey(seq), 'is missing');
  return { seq, time: decodeCommit(commitKey(seq), bytes).header.time };
}

function notKept(what: string, oldest: Point): PointNotKept {
  return new PointNotKept(`${what}: the oldest point is sequence ${oldest.seq} (${oldest.time})`);
}
