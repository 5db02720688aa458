import { createHash } from 'node:crypto';
import type { Bucket } from './bucket.js';

export interface Op {
  op: 'put' | 'delete';
  key: string;
  value?: unknown;
}

/** A commit of the log as it lies in the bucket (docs/adr/0002), read by its format alone. */
export interface Commit {
  seq: number;
  id: string;
  prev: string;
  hash: string;
  requestIds: string[];
  ops: Op[];
}

const opsOfCommit = 4096;

/** The resourceVersion of an operation. */
export function rvOf(seq: number, index: number): number {
  return seq * opsOfCommit + index;
}

/** Reads the log as it grows, each commit once, in order. */
export class LogReader {
  /** The last commit that was read. */
  seq = 0;
  #busy: Promise<void> | undefined;

  constructor(
    private readonly bucket: Bucket,
    private readonly onCommit: (commit: Commit) => void,
  ) {}

  /** Reads on to the end as it is now. Throws while the store can't be reached. */
  readOn(): Promise<void> {
    return (this.#busy ??= this.#toEnd().finally(() => (this.#busy = undefined)));
  }

  async #toEnd(): Promise<void> {
    for (;;) {
      const wanted = Array.from({ length: 8 }, (_, i) => this.seq + 1 + i);
      const bodies = await Promise.all(wanted.map((seq) => this.bucket.get(logKey(seq))));
      for (const [i, bytes] of bodies.entries()) {
        if (!bytes) return;
        this.onCommit(parse(wanted[i]!, bytes));
        this.seq = wanted[i]!;
      }
    }
  }
}

function logKey(seq: number): string {
  return `registry/log/${String(seq).padStart(20, '0')}`;
}

function parse(seq: number, bytes: Buffer): Commit {
  const lines = bytes.toString().trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const header = lines[0] as { seq: number; id: string; prev: string; txns: number };
  if (header.seq !== seq) throw new Error(`commit ${seq} of the log calls itself ${header.seq}`);
  const requestIds: string[] = [];
  const ops: Op[] = [];
  for (let at = 1; at < lines.length; ) {
    const txn = lines[at] as { requestId?: string; ops: number };
    if (txn.requestId !== undefined) requestIds.push(txn.requestId);
    ops.push(...(lines.slice(at + 1, at + 1 + txn.ops) as unknown as Op[]));
    at += 1 + txn.ops;
  }
  return { seq, id: header.id, prev: header.prev, hash: createHash('sha256').update(bytes).digest('hex'), requestIds, ops };
}
