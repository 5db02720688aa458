import { mostListed, type ObjectStore } from '../object-store.js';
import { commitKey, decodeCommit, logPrefix, seqOf } from './commit.js';
import type { Commit } from './commit.js';
import { RegistryDamaged } from './errors.js';

/** So many commits are read at once. */
const readAhead = 32;

/** The place of a commit in the hash chain. */
export interface Link {
  seq: number;
  hash: string;
}

/** Throws RegistryDamaged unless the commit is the one that follows `last`. */
export function checkLink(last: Link, { header }: Commit): void {
  const key = commitKey(header.seq);
  if (header.seq !== last.seq + 1) throw new RegistryDamaged(commitKey(last.seq + 1), `is missing, though ${key} is there`);
  if (header.prev !== last.hash) {
    throw new RegistryDamaged(key, `does not follow ${commitKey(last.seq)} as it stands: one of the two was changed after it was written`);
  }
}

/** Commits after `from` in order, each checked against the one before, to the end of the log. */
export async function* replay(store: ObjectStore, from: Link): AsyncGenerator<Commit, void> {
  let last = from;
  for await (const commit of listedCommits(store, from.seq)) {
    checkLink(last, commit);
    last = { seq: commit.header.seq, hash: commit.hash };
    yield commit;
  }
}

/** Commits as the listing names them after a sequence; links between them are not checked. */
export async function* listedCommits(store: ObjectStore, after: number): AsyncGenerator<Commit, void> {
  let position = commitKey(after);
  for (;;) {
    const keys = await store.list(logPrefix, { after: position, limit: mostListed });
    keys.forEach((key) => seqOf(key, logPrefix));
    for (let i = 0; i < keys.length; i += readAhead) {
      yield* await Promise.all(keys.slice(i, i + readAhead).map((key) => readCommit(store, key)));
    }
    if (keys.length < mostListed) return;
    position = keys.at(-1)!;
  }
}

async function readCommit(store: ObjectStore, key: string): Promise<Commit> {
  const bytes = await store.get(key);
  if (!bytes) throw new RegistryDamaged(key, 'is listed and not there');
  return decodeCommit(key, bytes);
}

/** Commits right after `seq` that exist by now: read together, up to the first empty slot. */
export async function readOn(store: ObjectStore, seq: number, slots: number): Promise<{ commits: Commit[]; end: boolean }> {
  const keys = Array.from({ length: slots }, (_, i) => commitKey(seq + 1 + i));
  const bodies = await Promise.all(keys.map((key) => store.get(key)));
  const empty = bodies.indexOf(undefined);
  const found = empty < 0 ? bodies : bodies.slice(0, empty);
  return { commits: found.map((bytes, i) => decodeCommit(keys[i]!, bytes!)), end: empty >= 0 };
}
