import { commitKey, logPrefix, seqOf } from '../store/log/commit.js';
import { RegistryDamaged } from '../store/log/errors.js';
import type { Link } from '../store/log/replay.js';
import { snapshotPrefix } from '../store/log/snapshot.js';
import type { Entry } from './manifest.js';

/**
 * Whether the log among these is one that a server could start from: without a gap up to the head, and from its first
 * commit or a snapshot on. `links` gives the hash that a commit, by its key, names as the one before. Throws RegistryDamaged
 * naming what is missing or was changed.
 */
export function checkChain(entries: ReadonlyMap<string, Entry>, head: Link, links: ReadonlyMap<string, string>): void {
  const keys = [...entries.keys()];
  const seqs = keys.filter((key) => key.startsWith(logPrefix)).map((key) => seqOf(key, logPrefix)).sort((a, b) => a - b);
  const first = seqs[0] ?? head.seq;
  const gap = seqs.findIndex((seq, i) => seq !== first + i);
  if (gap >= 0 || seqs.at(-1) !== head.seq) throw new RegistryDamaged(commitKey(gap >= 0 ? first + gap : head.seq), 'is missing');
  if (entries.get(commitKey(head.seq))!.sha256 !== head.hash) throw new RegistryDamaged(commitKey(head.seq), 'is not the one that was the newest');
  const broken = seqs.find((seq) => seq > first && links.has(commitKey(seq)) && links.get(commitKey(seq)) !== entries.get(commitKey(seq - 1))!.sha256);
  if (broken !== undefined) throw new RegistryDamaged(commitKey(broken), `does not follow ${commitKey(broken - 1)} as it stands: one of the two was changed after it was written`);
  const snapshots = keys.filter((key) => key.startsWith(snapshotPrefix)).map((key) => seqOf(key, snapshotPrefix));
  if (first !== 1 && !snapshots.some((seq) => seq >= first)) throw new RegistryDamaged(commitKey(1), 'is missing, and no snapshot stands for what came before');
}
