import { createHash } from 'node:crypto';
import type { ObjectStore } from '../object-store.js';
import { seqName, seqOf, valueSize } from './commit.js';
import { assertKnown, formatIn } from './format.js';
import { GrowingBuffer } from './growing-buffer.js';
import { frozen, type JsonObject } from './json.js';
import type { Link } from './replay.js';
import type { RecordEntry, SizedEntry } from './view.js';

/**
 * A snapshot is one object of JSON lines: a header, every record in key order, and an end line
 * with their number and the SHA-256 of all that stands above it.
 */
export const snapshotPrefix = 'registry/snapshots/';
/** Records encoded before others get a turn. */
const sliceRecords = 500;
/** Characters of a line beside the key and the value, about. */
const perLine = 64;
const newline = 0x0a;

export interface Snapshot {
  /** The commit that it follows, by whose hash the chain goes on. */
  link: Link;
  records: SizedEntry[];
}

export function snapshotKey(seq: number): string {
  return snapshotPrefix + seqName(seq);
}

/** Sequences of all snapshots, oldest first. Throws RegistryDamaged for a foreign object among them. */
export async function listSnapshots(store: ObjectStore): Promise<number[]> {
  const keys = await store.list(snapshotPrefix);
  return keys.map((key) => seqOf(key, snapshotPrefix));
}

/** Encodes in slices, so that a large registry doesn't hold up everything else. */
export async function encodeSnapshot({ link, records }: Snapshot, turn: () => Promise<void>): Promise<Buffer> {
  const format = formatIn({ get: (wanted) => records.find(({ key }) => key === wanted) });
  const body = new GrowingBuffer(records.reduce((sum, { key, size }) => sum + key.length + size + perLine, perLine));
  const hash = createHash('sha256');
  hash.update(body.add(`${JSON.stringify({ v: format, seq: link.seq, head: link.hash })}\n`));
  for (let i = 0; i < records.length; i += sliceRecords) {
    const lines = records.slice(i, i + sliceRecords).map(({ key, rv, value }) => `${JSON.stringify({ key, rv, value })}\n`);
    hash.update(body.add(lines.join('')));
    await turn();
  }
  body.add(`${JSON.stringify({ records: records.length, sha256: hash.digest('hex') })}\n`);
  return body.bytes;
}

/** Throws RegistryNewer for an unknown format; undefined when it is torn, since the log still has it all. */
export function decodeSnapshot(key: string, bytes: Buffer): Snapshot | undefined {
  const headerEnd = bytes.indexOf(newline) + 1;
  const header = parse(bytes.toString('utf8', 0, headerEnd));
  if (header) assertKnown(key, header['v']);
  const recordsEnd = bytes.lastIndexOf(newline, bytes.length - 2) + 1;
  const end = parse(bytes.toString('utf8', recordsEnd));
  if (!header || !end || bytes.at(-1) !== newline || !isWhole(bytes.subarray(0, recordsEnd), end)) return undefined;
  const records = entriesIn(bytes.subarray(headerEnd, recordsEnd));
  const seq = header['seq'] as number;
  if (records.length !== end['records'] || seq !== seqOf(key, snapshotPrefix)) return undefined;
  return { link: { seq, hash: header['head'] as string }, records };
}

/** Line by line, for the whole as one text would be in memory once more, and so would be all that neighbours share. */
function entriesIn(lines: Buffer): SizedEntry[] {
  const entries: SizedEntry[] = [];
  for (let at = 0, end = lines.indexOf(newline); end >= 0; at = end + 1, end = lines.indexOf(newline, at)) {
    const line = lines.toString('utf8', at, end);
    const { key, rv, value } = JSON.parse(line) as RecordEntry;
    entries.push({ key, rv, value: frozen(value, entries.at(-1)?.value), size: valueSize(line) });
  }
  return entries;
}

function isWhole(body: Buffer, end: JsonObject): boolean {
  return createHash('sha256').update(body).digest('hex') === end['sha256'];
}

function parse(line: string): JsonObject | undefined {
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined;
  }
}
