import type { Manifest } from '../backup/manifest.js';
import { commitKey, encodeCommit, encodeOp, encodeTxn, sha256, type CommitHeader } from '../store/log/commit.js';
import { formatIn } from '../store/log/format.js';
import type { View } from '../store/log/view.js';
import { fenceOps } from './fence.js';
import type { Unfinished } from './unfinished.js';

/** Well below what fits a commit. */
const opsPerCommit = 2_000;

/** The commits that follow the backup's last one in its chain, the last of them first. The same input gives the same bytes. */
export function fenceCommits(records: View, manifest: Manifest, { steps, id, time }: Unfinished): { key: string; bytes: Buffer }[] {
  const ops = fenceOps(records, { manifest, steps, time });
  const commits: { key: string; bytes: Buffer }[] = [];
  let prev = manifest.head;
  for (let at = 0, seq = manifest.sequence + 1; at < ops.length; at += opsPerCommit, seq++) {
    const header: CommitHeader = { v: formatIn(records), seq, writer: 'restore', id: `${id}-${seq}`, prev, time, txns: 1 };
    const bytes = encodeCommit(header, [encodeTxn('apiserver', undefined, ops.slice(at, at + opsPerCommit).map(encodeOp))]);
    commits.unshift({ key: commitKey(seq), bytes });
    prev = sha256(bytes);
  }
  return commits;
}
