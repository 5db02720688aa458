import { z } from 'zod';
import { sha256 } from '../store/log/commit.js';
import { BackupDamaged } from './errors.js';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What a backup is: written last and never changed, it names the list of everything that belongs to it. */
export const Manifest = z.object({
  v: z.literal(1),
  number: z.int().min(1),
  cluster: z.string(),
  /** Of the root key, without which nothing of it can be used. */
  keyFingerprint: z.string(),
  /** The last commit that it holds, and its hash. */
  sequence: z.int().min(1),
  head: Hash,
  /** Wall clock, for people. */
  time: z.string(),
  /** The list of its objects, and the folder that it lies in. */
  entries: Hash,
  run: z.int(),
  objects: z.int(),
  bytes: z.int(),
  /** Of these, new in this backup. */
  copied: z.int(),
});
export type Manifest = z.infer<typeof Manifest>;

/** An object of the store: where it stood, and which bytes it had. */
export const Entry = z.object({ key: z.string().min(1), run: z.int(), sha256: Hash, size: z.int() });
export type Entry = z.infer<typeof Entry>;

export function manifestPrefix(cluster: string): string {
  return `${cluster}/manifests/`;
}

export function manifestKey(cluster: string, number: number): string {
  return manifestPrefix(cluster) + digits(number);
}

/** Objects stand under the number that their run aimed at, by their content: what a killed run has copied is found again. */
export function runPrefix(cluster: string, run: number): string {
  return `${cluster}/objects/${digits(run)}/`;
}

export function objectKey(cluster: string, { run, sha256: hash }: Pick<Entry, 'run' | 'sha256'>): string {
  return runPrefix(cluster, run) + hash;
}

/** The manifest, and a line with the hash of it. */
export function encodeManifest(manifest: Manifest): Buffer {
  const line = `${JSON.stringify(manifest)}\n`;
  return Buffer.from(`${line}${sha256(Buffer.from(line))}\n`);
}

/** Throws BackupDamaged, naming the object. */
export function decodeManifest(key: string, bytes: Buffer): Manifest {
  const [line = '', hash] = bytes.toString().split('\n');
  if (hash !== sha256(Buffer.from(`${line}\n`))) throw new BackupDamaged(key, 'is torn, or was changed');
  const { success, data, error } = Manifest.safeParse(JSON.parse(line));
  if (!success) throw new BackupDamaged(key, `is not a manifest that this version reads: ${error.issues[0]?.message}`);
  return data;
}

export function encodeEntries(entries: readonly Entry[]): Buffer {
  return Buffer.from(entries.map(({ key, run, sha256: hash, size }) => `${JSON.stringify([key, run, hash, size])}\n`).join(''));
}

/** Its hash was checked when it was read. */
export function decodeEntries(bytes: Buffer): Entry[] {
  const lines = bytes.toString().split('\n').slice(0, -1);
  return lines.map((line) => {
    const [key, run, hash, size] = JSON.parse(line) as [string, number, string, number];
    return { key, run, sha256: hash, size };
  });
}

function digits(number: number): string {
  return String(number).padStart(8, '0');
}
