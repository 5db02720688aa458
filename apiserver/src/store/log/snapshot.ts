import { createHash } from 'node:crypto';
import type { ObjectStore } from '../object-store.js';
import { seqName, seqOf, valueSize } from './commit.js';
import { assertKnown, formatIn } from './format.js';
import type { JsonObject } from './json.js';
import type { Link } from './replay.js';
import type { RecordEntry, SizedEntry } from './view.js';

/**
 * A snapshot is one object of JSON lines: a header, every record in key order, and an end line
 * with their number and the SHA-256 of all that stands above it.
 */
export const SNAPSHOT_PREFIX = 'registry/snapshots/';
/** Records encoded before others get a turn. */
const SLICE = 500;

export interface Snapshot<E extends RecordEntry = RecordEntry> {
  /** The commit that it follows, by whose hash the chain goes on. */
  link: Link;
  records: E[];
}

export function snapshotKey(seq: number): string {
  return SNAPSHOT_PREFIX + seqName(seq);
}

/** Sequences of all snapshots, oldest first. Throws RegistryDamaged for a foreign object among them. */
export async function listSnapshots(store: ObjectStore): Promise<number[]> {
  const keys = await store.list(SNAPSHOT_PREFIX);
  return keys.map((key) => seqOf(key, SNAPSHOT_PREFIX));
}

/** Encodes in slices, so that a large registry doesn't hold up everything else. */
export async function encodeSnapshot({ link, records }: Snapshot, turn: () => Promise<void>): Promise<Buffer> {
  const format = formatIn({ get: (wanted) => records.find(({ key }) => key === wanted) });
  const parts = [Buffer.from(`${JSON.stringify({ v: format, seq: link.seq, head: link.hash })}\n`)];
  for (let i = 0; i < records.length; i += SLICE) {
    const lines = records.slice(i, i + SLICE).map(({ key, rv, value }) => `${JSON.stringify({ key, rv, value })}\n`);
    parts.push(Buffer.from(lines.join('')));
    await turn();
  }
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  parts.push(Buffer.from(`${JSON.stringify({ records: records.length, sha256: hash.digest('hex') })}\n`));
  return Buffer.concat(parts);
}

/** Throws RegistryNewer for an unknown format; undefined when it is torn, since the log still has it all. */
export function decodeSnapshot(key: string, bytes: Buffer): Snapshot<SizedEntry> | undefined {
  const lines = bytes.toString('utf8').split('\n');
  const header = parse(lines[0]);
  if (header) assertKnown(key, header['v']);
  const end = parse(lines.at(-2));
  if (!header || !end || !isWhole(bytes, end)) return undefined;
  const records = lines.slice(1, -2).map((line) => ({ ...(JSON.parse(line) as RecordEntry), size: valueSize(line) }));
  const seq = header['seq'] as number;
  if (records.length !== end['records'] || seq !== seqOf(key, SNAPSHOT_PREFIX)) return undefined;
  return { link: { seq, hash: header['head'] as string }, records };
}

function isWhole(bytes: Buffer, end: JsonObject): boolean {
  const body = bytes.subarray(0, bytes.lastIndexOf(0x0a, bytes.length - 2) + 1);
  return createHash('sha256').update(body).digest('hex') === end['sha256'];
}

function parse(line: string | undefined): JsonObject | undefined {
  try {
    return JSON.parse(line ?? '') as JsonObject;
  } catch {
    return undefined;
  }
}
