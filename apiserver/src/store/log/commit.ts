import { createHash } from 'node:crypto';
import { RegistryDamaged } from './errors.js';
import { assertKnown } from './format.js';
import type { JsonObject } from './json.js';

/**
 * A commit is one object of JSON lines: a header; then for each transaction a line that says
 * whose it is and how many operations follow, and those operations, one a line.
 */
export const logPrefix = 'registry/log/';
/** So many operations fit a commit: a resourceVersion is its sequence times this, plus the index. */
export const mostOps = 4096;
/** What the first commit names as the one before it. */
export const genesis = '0'.repeat(64);

export type Op = { op: 'put'; key: string; value: JsonObject } | { op: 'delete'; key: string };

export interface Txn {
  /** Who asked for it, as authenticated. */
  author: string;
  requestId?: string;
  ops: Op[];
}

export interface CommitHeader {
  /** Its format. */
  v: number;
  seq: number;
  /** The server that wrote it. */
  writer: string;
  /** Unique to this commit: by it a server knows its own when an answer was lost. */
  id: string;
  /** SHA-256 (hex) of the bytes of the commit before. */
  prev: string;
  /** Wall clock, for people. */
  time: string;
  txns: number;
}

export interface Commit {
  header: CommitHeader;
  txns: Txn[];
  /** Of each operation's value, in the order of all transactions. */
  sizes: number[];
  /** SHA-256 (hex) of its bytes. */
  hash: string;
}

export function commitKey(seq: number): string {
  return logPrefix + seqName(seq);
}

export function seqName(seq: number): string {
  return String(seq).padStart(20, '0');
}

/** The sequence that a key in this folder stands for. Throws RegistryDamaged for a foreign key. */
export function seqOf(key: string, prefix: string): number {
  const name = key.slice(prefix.length);
  if (!/^\d{20}$/.test(name) || !Number.isSafeInteger(Number(name))) throw new RegistryDamaged(key, 'is not part of the registry');
  return Number(name);
}

/** The resourceVersion of an operation. */
export function rvOf(seq: number, index: number): number {
  return seq * mostOps + index;
}

/** The sequence of the commit that a resourceVersion is of. */
export function seqOfRv(rv: number): number {
  return Math.floor(rv / mostOps);
}

/** The resourceVersion of all that a commit and those before it did. */
export function lastRv(seq: number): number {
  return rvOf(seq, mostOps - 1);
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function encodeOp(op: Op): string {
  return op.op === 'put' ? JSON.stringify({ op: 'put', key: op.key, value: op.value }) : JSON.stringify({ op: 'delete', key: op.key });
}

/** Characters of the value in a line of a commit or a snapshot, where it stands last; 0 when there is none. */
export function valueSize(line: string): number {
  const mark = line.indexOf('"value":');
  return mark < 0 ? 0 : line.length - mark - '"value":}'.length;
}

/** A transaction's lines, from its operations already encoded. */
export function encodeTxn(author: string, requestId: string | undefined, opLines: string[]): string {
  return `${[JSON.stringify({ author, requestId, ops: opLines.length }), ...opLines].join('\n')}\n`;
}

export function encodeCommit(header: CommitHeader, txns: string[]): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n${txns.join('')}`);
}

/** The id in a commit's header, read without judging the rest. */
export function commitId(key: string, bytes: Buffer): string {
  const end = bytes.indexOf(0x0a);
  return readHeader(key, bytes.toString('utf8', 0, end < 0 ? bytes.length : end)).id;
}

/** Throws RegistryDamaged, naming the key, for anything but a whole commit, RegistryNewer for one of an unknown format. */
export function decodeCommit(key: string, bytes: Buffer): Commit {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new RegistryDamaged(key, 'is torn: its last line has no end');
  const header = readHeader(key, lines[0] ?? '');
  if (header.seq !== seqOf(key, logPrefix)) throw new RegistryDamaged(key, `holds commit ${header.seq}`);
  const txns: Txn[] = [];
  const sizes: number[] = [];
  let at = 1;
  for (let i = 0; i < header.txns; i++) {
    const { ops: count, ...who } = readTxn(key, at, lines[at]);
    const opLines = lines.slice(at + 1, at + 1 + count);
    const ops = opLines.map((line, n) => readOp(key, at + 1 + n, line));
    if (ops.length !== count) throw new RegistryDamaged(key, `is torn: transaction ${i + 1} has ${ops.length} of ${count} operations`);
    txns.push({ ...who, ops });
    for (const line of opLines) sizes.push(valueSize(line));
    at += 1 + count;
  }
  if (at !== lines.length) throw new RegistryDamaged(key, `has ${lines.length - at} lines too many`);
  return { header, txns, sizes, hash: sha256(bytes) };
}

function readHeader(key: string, line: string): CommitHeader {
  const header = parseLine(key, 0, line) as Partial<CommitHeader>;
  assertKnown(key, header.v);
  const { seq, writer, id, prev, time, txns } = header;
  const texts = [writer, id, prev, time].every((value) => typeof value === 'string');
  if (!texts || !isCount(seq) || !isCount(txns)) throw new RegistryDamaged(key, 'has no proper header');
  return header as CommitHeader;
}

function readTxn(key: string, at: number, line: string | undefined): { author: string; requestId?: string; ops: number } {
  const { author, requestId, ops } = parseLine(key, at, line ?? '');
  if (typeof author !== 'string' || !isCount(ops)) throw new RegistryDamaged(key, `has no transaction in line ${at + 1}`);
  return { author, ...(typeof requestId === 'string' && { requestId }), ops };
}

function readOp(key: string, at: number, line: string): Op {
  const op = parseLine(key, at, line);
  if (typeof op['key'] !== 'string') throw new RegistryDamaged(key, `has an operation without a key in line ${at + 1}`);
  if (op['op'] === 'delete') return { op: 'delete', key: op['key'] };
  if (op['op'] === 'put' && isObject(op['value'])) return { op: 'put', key: op['key'], value: op['value'] };
  throw new RegistryDamaged(key, `has an unknown operation in line ${at + 1}`);
}

function parseLine(key: string, at: number, line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw new RegistryDamaged(key, `is torn or foreign: line ${at + 1} is not a JSON object`);
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
