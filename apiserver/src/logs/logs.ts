import type { ServerContext } from '../context.js';
import { Wakes } from './wakes.js';
import { endOf, logFolder, newSegments, piecesOf, segmentKey, segmentOf, surplus, type Piece, type Segment } from './segments.js';

/** Most bytes kept of one job's log. */
const mostBytes = 100 * 1024 * 1024;
/** So many jobs' indexes are kept in memory. */
const mostKnown = 500;
const lookEveryMs = 1_000;

export interface JobName {
  namespace: string;
  job: string;
}

/** The output of jobs: segments in the object store that are written once, and found by listing. */
export class Logs {
  readonly #known = new Map<string, Segment[]>();
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #wakes = new Wakes();

  constructor(
    private readonly context: Pick<ServerContext, 'objects'>,
    private readonly limit = mostBytes,
  ) {}

  /** Stores what is new of it; gives the offset up to which all is there. One after another for each job. */
  append(name: JobName, offset: number, bytes: Buffer): Promise<number> {
    const key = logFolder(name.namespace, name.job);
    const turn = (this.#queues.get(key) ?? Promise.resolve()).catch(() => undefined).then(() => this.#append(name, offset, bytes));
    const settled: Promise<unknown> = turn.catch(() => undefined).then(() => this.#queues.get(key) === settled && this.#queues.delete(key));
    this.#queues.set(key, settled);
    return turn;
  }

  /** Everything from byte `from` of what a reader sees, and then, until `ended`, what comes. */
  async *read(name: JobName, options: { from: number; follow: boolean; signal: AbortSignal; ended(): boolean }): AsyncGenerator<Buffer> {
    let at = options.from;
    while (!options.signal.aborted) {
      const last = !options.follow || options.ended();
      const { count } = this.#wakes;
      for (const piece of piecesOf(await this.#list(name))) {
        if (piece.at + piece.length <= at) continue;
        if (options.signal.aborted) return;
        yield (await this.#bytesOf(name, piece)).subarray(Math.max(0, at - piece.at));
        at = piece.at + piece.length;
      }
      if (last) return;
      await this.#wakes.wait(logFolder(name.namespace, name.job), count, lookEveryMs, options.signal);
    }
  }

  /** Where the last `lines` lines begin. */
  async tailStart(name: JobName, lines: number): Promise<number> {
    const pieces = piecesOf(await this.#list(name));
    const end = pieces.reduce((sum, { length }) => sum + length, 0);
    let seen = 0;
    for (const piece of pieces.reverse()) {
      const bytes = await this.#bytesOf(name, piece);
      for (let i = bytes.lastIndexOf(0x0a); i >= 0; i = i === 0 ? -1 : bytes.lastIndexOf(0x0a, i - 1)) {
        const next = piece.at + i + 1;
        // The end of the very last line begins no other.
        if (next < end && ++seen === lines) return next;
      }
    }
    return lines === 0 ? end : 0;
  }

  /** Up to where all is there. */
  async end(name: JobName): Promise<number> {
    return endOf(this.#recall(name) ?? (await this.#list(name)));
  }

  async #append(name: JobName, offset: number, bytes: Buffer): Promise<number> {
    let segments = this.#recall(name) ?? (await this.#list(name));
    for (const { segment, body } of newSegments(endOf(segments), offset, bytes)) {
      await this.context.objects.putIfAbsent(segmentKey(name.namespace, name.job, segment), body);
      segments = [...segments, segment];
      this.#remember(name, segments);
    }
    this.#remember(name, await this.#shed(name, segments));
    this.#wakes.wake(logFolder(name.namespace, name.job));
    return endOf(segments);
  }

  async #shed(name: JobName, segments: Segment[]): Promise<Segment[]> {
    const gone = new Set(surplus(segments, this.limit));
    for (const segment of gone) await this.context.objects.delete(segmentKey(name.namespace, name.job, segment));
    return gone.size === 0 ? segments : segments.filter((segment) => !gone.has(segment));
  }

  async #list({ namespace, job }: JobName): Promise<Segment[]> {
    const keys = await this.context.objects.list(logFolder(namespace, job));
    return keys.flatMap((key) => segmentOf(key) ?? []);
  }

  /** A segment that was shed between listing and reading is empty now. */
  async #bytesOf({ namespace, job }: JobName, piece: Piece): Promise<Buffer> {
    if ('marker' in piece) return Buffer.from(piece.marker);
    const body = await this.context.objects.get(segmentKey(namespace, job, piece.segment));
    return body?.subarray(piece.skip) ?? Buffer.alloc(0);
  }

  #recall({ namespace, job }: JobName): Segment[] | undefined {
    return this.#known.get(logFolder(namespace, job));
  }

  #remember({ namespace, job }: JobName, segments: Segment[]): void {
    const key = logFolder(namespace, job);
    this.#known.delete(key);
    this.#known.set(key, segments);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value!);
  }
}
