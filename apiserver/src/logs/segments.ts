/** A piece of a job's output as it is stored; `offset` counts the bytes that the run has written. */
export interface Segment {
  offset: number;
  length: number;
}

/** What a reader sees: bytes of one segment from `skip` on, or a line that says how much is missing. */
export type Piece = { at: number; length: number } & ({ segment: Segment; skip: number } | { marker: string });

const segmentBytes = 64 * 1024;

export function logFolder(namespace: string, job: string): string {
  return `logs/${namespace}/${job}/`;
}

/** The length stands in the name, so that a listing tells what is there and what is missing. */
export function segmentKey(namespace: string, job: string, { offset, length }: Segment): string {
  return `${logFolder(namespace, job)}${String(offset).padStart(15, '0')}-${length}`;
}

export function segmentOf(key: string): Segment | undefined {
  const found = /\/(\d{15})-(\d+)$/.exec(key);
  return found ? { offset: Number(found[1]), length: Number(found[2]) } : undefined;
}

export function endOf(segments: readonly Segment[]): number {
  return segments.reduce((end, { offset, length }) => Math.max(end, offset + length), 0);
}

/** What is to be stored of `bytes` that begin at `offset`: nothing twice, in pieces of a bounded size. */
export function newSegments(end: number, offset: number, bytes: Buffer): { segment: Segment; body: Buffer }[] {
  const fresh = bytes.subarray(Math.max(0, end - offset));
  const start = Math.max(offset, end);
  const count = Math.ceil(fresh.length / segmentBytes);
  return Array.from({ length: count }, (_, i) => {
    const body = fresh.subarray(i * segmentBytes, (i + 1) * segmentBytes);
    return { segment: { offset: start + i * segmentBytes, length: body.length }, body };
  });
}

/** The log as it is read, `at` counting what a reader gets: overlaps once, holes as a line of their own. */
export function piecesOf(segments: readonly Segment[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let end = 0;
  const add = (piece: { segment: Segment; skip: number } | { marker: string }, length: number) => {
    pieces.push({ ...piece, at, length });
    at += length;
  };
  for (const segment of [...segments].sort((a, b) => a.offset - b.offset || b.length - a.length)) {
    if (segment.offset + segment.length <= end) continue;
    if (segment.offset > end) {
      const marker = markerFor(segment.offset - end);
      add({ marker }, Buffer.byteLength(marker));
    }
    const skip = Math.max(0, end - segment.offset);
    add({ segment, skip }, segment.length - skip);
    end = segment.offset + segment.length;
  }
  return pieces;
}

function markerFor(missing: number): string {
  return `\n[spawnit: ${missing} bytes of this log are missing here]\n`;
}

/** Which to drop so that `most` bytes are kept: head and tail stay, the middle goes. */
export function surplus(segments: readonly Segment[], most: number): Segment[] {
  const sorted = [...segments].sort((a, b) => a.offset - b.offset);
  let over = sorted.reduce((sum, { length }) => sum + length, 0) - most;
  let head = 0;
  return sorted.filter(({ length }) => {
    head += length;
    if (over <= 0 || head <= most / 2) return false;
    over -= length;
    return true;
  });
}
