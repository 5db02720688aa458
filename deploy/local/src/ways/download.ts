import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

const probeMs = 3_000;
const answers = new Map<string, Promise<boolean>>();

/** True when the host of the URL answers anything at all within 3 s; asked once per host. */
export function reachable(url: string): Promise<boolean> {
  const { origin } = new URL(url);
  const known = answers.get(origin);
  if (known) return known;
  const answer = fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeMs) }).then(
    () => true,
    () => false,
  );
  answers.set(origin, answer);
  return answer;
}

/** Why nothing can be fetched from there, or undefined when it can. */
export async function unreachable(url: string): Promise<string | undefined> {
  return (await reachable(url)) ? undefined : `${new URL(url).host} can not be reached`;
}

/** What to fetch, and where its publisher says what its SHA-256 is. */
export interface Release {
  url: string;
  /** A text of lines `<sha256>  <file name>`, or the digest alone. */
  sumsUrl: string;
}

/**
 * Downloads a release to a file and checks it against its publisher's list of
 * sums. That list comes from the same host, over TLS: it shows that the file
 * arrived whole and is the one published, not that the host is to be trusted.
 */
export async function download({ url, sumsUrl }: Release, to: string): Promise<void> {
  const sums = await (await get(sumsUrl, 30_000)).text();
  const expected = sumOf(sums, url.split('/').at(-1)!);
  const response = await get(url, 600_000);
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(to));
  const actual = await sha256(to);
  if (actual !== expected) throw new Error(`${url} has the SHA-256 ${actual}, but ${sumsUrl} says ${expected}`);
}

/** The digest of a file in a list of sums. Throws when the list doesn't name it. */
export function sumOf(sums: string, file: string): string {
  const lines = sums.trim().split('\n').map((line) => line.trim().split(/\s+\*?/));
  const line = lines.find(([, name]) => name === file) ?? (lines.length === 1 ? lines[0] : undefined);
  const digest = line?.[0]?.toLowerCase() ?? '';
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error(`the list of SHA-256 sums has none for ${file}`);
  return digest;
}

async function get(url: string, timeoutMs: number): Promise<Response> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  return response;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
