import { RootKeys } from '../auth/root-keys.js';
import type { ServerContext } from '../context.js';
import { formats } from '../store/log/format.js';
import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';

const prefix = 'members/';
/** Only while there are several servers; alone, nothing is written. */
const renewEveryMs = 10_000;
/** A server that has not renewed for so long, by the clock of another, is taken for gone. */
const goneAfterMs = 60_000;

export interface Member {
  url: string;
  renewals: number;
  /** Fingerprints of the root keys that it has. */
  roots?: string[];
  /** The newest format that it reads; a server that says nothing of it knows the first only. */
  newest?: number;
}

/** Addresses of the servers that don't read this format. */
export function serversBehind(view: View, format: number): string[] {
  const members = [...view.list(prefix)].map(({ value }) => value as unknown as Member);
  return members.filter(({ newest = formats.oldest }) => newest < format).map(({ url }) => url);
}

/** Which of them each server is. */
const own = new WeakMap<ServerContext, string>();

/** The other servers of the bucket, as far as they have not been taken for gone. */
export function otherMembers(context: ServerContext, view: View): Member[] {
  return [...view.list(prefix)].filter(({ key }) => key !== `${prefix}${own.get(context)}`).map(({ value }) => value as unknown as Member);
}

/**
 * The apiservers of one bucket know of each other by a record each. It tells a server whether the heartbeats it
 * acknowledges must be told to others, which may judge the same nodes by their own clocks.
 */
export class Members {
  readonly id: string;
  #renewedAt = -Infinity;
  #renewals = 0;
  #url = '';
  /** What was last seen of the others, and when it changed. */
  readonly #seen = new Map<string, { renewals: number; at: number }>();

  constructor(private readonly context: ServerContext) {
    this.id = context.random(8).toString('hex');
    own.set(context, this.id);
  }

  /** Whether no other server is known of in this view. */
  isAlone(view: View): boolean {
    return this.#others(view).length === 0;
  }

  /** Whether the others know of this one; after a long pause they may have taken it for gone. */
  isKnown(view: View): boolean {
    return view.get(prefix + this.id) !== undefined;
  }

  urlOf(view: View, id: string): string | undefined {
    return (view.get(prefix + id)?.value as unknown as Member | undefined)?.url;
  }

  /** The others, by id. */
  otherIds(view: View): string[] {
    return this.#others(view).map(([id]) => id);
  }

  async join(url: string): Promise<void> {
    this.#url = url;
    await this.#write((_view) => [this.#record()]);
  }

  async leave(): Promise<void> {
    await this.#write((view) => (this.isKnown(view) ? [{ op: 'delete', key: prefix + this.id }] : []));
  }

  /** Renews this server's record, and drops those of servers that are gone. True when it had to join anew. */
  async keepUp(): Promise<boolean> {
    const { view } = this.context.registry;
    const now = this.context.monotonic();
    const others = new Set(this.otherIds(view));
    for (const id of this.#seen.keys()) if (!others.has(id)) this.#seen.delete(id);
    const gone = this.#others(view).filter(([id, { renewals }]) => this.#isGone(id, renewals, now));
    const known = this.isKnown(view);
    const due = !this.isAlone(view) && now - this.#renewedAt >= renewEveryMs;
    if (known && !due && gone.length === 0) return false;
    await this.#write((at) => [this.#record(), ...this.#others(at).filter(([id, { renewals }]) => gone.some(([other, before]) => other === id && before.renewals === renewals)).map(([id]): Op => ({ op: 'delete', key: prefix + id }))]);
    return !known;
  }

  #isGone(id: string, renewals: number, now: number): boolean {
    const seen = this.#seen.get(id);
    if (seen?.renewals === renewals) return now - seen.at >= goneAfterMs;
    this.#seen.set(id, { renewals, at: now });
    return false;
  }

  #others(view: View): [string, Member][] {
    return [...view.list(prefix)].map(({ key, value }): [string, Member] => [key.slice(prefix.length), value as unknown as Member]).filter(([id]) => id !== this.id);
  }

  #record(): Op {
    const { keys } = this.context;
    const value: Member = { url: this.#url, renewals: ++this.#renewals, roots: keys instanceof RootKeys ? keys.known : [keys.fingerprint], newest: formats.newest };
    return { op: 'put', key: prefix + this.id, value: value as unknown as JsonObject };
  }

  async #write(ops: (view: View) => Op[]): Promise<void> {
    await this.context.registry.write('apiserver', (view) => ({ ops: ops(view), result: undefined }));
    this.#renewedAt = this.context.monotonic();
  }
}
