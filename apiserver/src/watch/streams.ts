import { ApiError, describeIdentity } from '@spawnit/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Pressure } from './outlet.js';
import { SharedLines } from './shared-lines.js';

/** Streams that one caller may hold at once. */
export const mostPerCaller = 256;

type Caller = Pick<FastifyRequest, 'identity' | 'isStillKnown'>;

/** All long answers that are open: bounded for each caller, and ended when that is known no more, or the server stops. */
export class Streams {
  readonly pressure = new Pressure();
  readonly lines = new SharedLines();
  readonly #open = new Map<string, Map<() => void, Caller>>();

  get size(): number {
    return [...this.#open.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Takes the answer over; `end` is called when it must end, `closed` when the stream is over for whatever reason.
   * False when the reader has left already: it is over then, and nothing may be begun for it. Throws TooManyRequests.
   */
  take(request: Caller, reply: FastifyReply, headers: Record<string, string>, { end, closed }: { end: () => void; closed: () => void }): boolean {
    if (hasLeft(reply)) {
      reply.hijack();
      closed();
      return false;
    }
    const caller = describeIdentity(request.identity);
    const mine = this.#open.get(caller) ?? new Map<() => void, Caller>();
    if (mine.size >= mostPerCaller) throw new ApiError('TooManyRequests', `${caller} has ${mine.size} streams open already: close some`, { retryAfterSeconds: 5 });
    this.#open.set(caller, mine.set(end, request));
    reply.raw.once('close', () => {
      mine.delete(end);
      if (mine.size === 0 && this.#open.get(caller) === mine) this.#open.delete(caller);
      closed();
    });
    const given = reply.getHeaders() as Record<string, string | string[]>;
    reply.hijack();
    reply.raw.writeHead(200, { ...given, ...headers, 'cache-control': 'no-store' });
    reply.raw.flushHeaders();
    return true;
  }

  /** What was right when a stream began may be so no more: its token, its session, its node. */
  async endUnknown(): Promise<void> {
    for (const [end, caller] of this.#all()) if (!(await caller.isStillKnown())) end();
  }

  endAll(): void {
    for (const [end] of this.#all()) end();
  }

  #all(): [end: () => void, Caller][] {
    return [...this.#open.values()].flatMap((mine) => [...mine]);
  }
}

/** Its `close` has been told then, and is not told again. */
function hasLeft(reply: FastifyReply): boolean {
  return reply.raw.destroyed || reply.raw.closed;
}
