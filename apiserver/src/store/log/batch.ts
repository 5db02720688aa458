import { encodeTxn, mostOps } from './commit.js';
import type { SealedOp } from './view.js';
import { Overlay, sealAll } from './view.js';
import type { Records } from './view.js';
import { TransactionTooLarge } from './errors.js';
import type { Pending } from './pending.js';

/** A commit stops taking transactions once it is this large, in characters. */
const fullCommit = 4 << 20;
/** The largest single transaction, in characters. */
const mostInTransaction = 32 << 20;

type Verdict = { rvs: number[]; result: unknown } | { refused: unknown };

/** Writes that go into one commit, each decided on top of those before it. */
export interface Batch {
  writes: Pending[];
  verdicts: Verdict[];
  txns: string[];
  ops: SealedOp[];
}

/** Decides as many of the waiting writes, in turn, as one commit can hold. */
export function decideBatch(waiting: Pending[], records: Records): Batch {
  const overlay = new Overlay(records);
  const batch: Batch = { writes: [], verdicts: [], txns: [], ops: overlay.ops };
  let size = 0;
  for (const write of waiting) {
    const decided = decideOne(write, overlay);
    if (!('refused' in decided)) {
      const { sealed } = decided;
      if (overlay.ops.length + sealed.length > mostOps) break;
      if (sealed.length > 0) {
        const txn = encodeTxn(write.author, write.requestId, sealed.map(({ line }) => line));
        size += txn.length;
        batch.txns.push(txn);
      }
      batch.verdicts.push({ rvs: overlay.add(sealed), result: decided.result });
    } else batch.verdicts.push(decided);
    batch.writes.push(write);
    if (size > fullCommit) break;
  }
  return batch;
}

/** Gives each write its answer, once the log has confirmed what it was decided upon. */
export function settle(batch: Batch, seq: number): void {
  for (const [i, write] of batch.writes.entries()) {
    const verdict = batch.verdicts[i]!;
    if ('refused' in verdict) write.reject(verdict.refused);
    else write.resolve({ seq, ...verdict });
  }
}

function decideOne(write: Pending, overlay: Overlay): { sealed: SealedOp[]; result: unknown } | { refused: unknown } {
  try {
    const { ops, result } = write.decide(overlay);
    const sealed = sealAll(ops);
    const size = sealed.reduce((sum, { line }) => sum + line.length, 0);
    if (size > mostInTransaction) throw new TransactionTooLarge(`${size} characters, and at most ${mostInTransaction} fit a commit`);
    return { sealed, result };
  } catch (refused) {
    return { refused };
  }
}
