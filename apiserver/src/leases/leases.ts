import { lease, type Node } from '@spawnit/contract';

export interface Beat {
  session: string;
  counter: number;
  running: string[];
  /** ISO 8601, for display. */
  time: string;
}

interface Heard extends Beat {
  at: number;
}

/** So many replaced sessions of a node are kept in mind: one that is replaced ends at its next heartbeat. */
const mostOver = 64;
/** Longer than this between two looks means that this process itself stood still. */
const longestGapMs = 5_000;

/**
 * When each node was last heard, by this server's monotonic clock and in memory only. What could not be heard does not
 * count: all windows start anew when the server starts or stood still, and when the store comes back.
 */
export class Leases {
  readonly #heard = new Map<string, Heard>();
  /** Sessions that another one of the same node has replaced: they don't come back. */
  readonly #over = new Map<string, Set<string>>();
  /** Nodes without a record (any more). */
  readonly #gone = new Set<string>();
  readonly #clock: () => number;
  #since: number;
  #lastLook: number;
  #blind = false;

  /** `monotonic` in ms. */
  constructor(monotonic: () => number) {
    this.#clock = monotonic;
    this.#since = this.#lastLook = monotonic();
  }

  hear(node: string, beat: Beat): void {
    const before = this.#heard.get(node);
    if (before && before.session !== beat.session) this.#replaced(node, before.session);
    this.#heard.set(node, { ...beat, at: this.#clock() });
  }

  /** Another server has heard it. It says nothing of sessions: it may come late. */
  hearsay(node: string, beat: Beat): void {
    const known = this.#heard.get(node);
    const newer = known === undefined || (known.session === beat.session && beat.counter > known.counter);
    this.#heard.set(node, { ...(newer ? beat : known), at: this.#clock() });
  }

  isOver(node: string, session: string): boolean {
    return this.#over.get(node)?.has(session) ?? false;
  }

  /** A node that has joined anew is another machine: it has been heard now, and has no past. */
  joined(node: string, time: string): void {
    this.#over.delete(node);
    this.#heard.set(node, { session: '', counter: 0, running: [], time, at: this.#clock() });
  }

  /** Its record is gone. Its agent may have its lease for a while yet: what was heard of it is kept until it has been silent. */
  gone(node: string): void {
    this.#gone.add(node);
    if (!this.#heard.has(node)) this.#heard.set(node, { session: '', counter: 0, running: [], time: '', at: this.#since });
  }

  /** There is a record of it (again). */
  there(node: string): void {
    this.#gone.delete(node);
  }

  /** Whether a node of this name was heard of by this server, with a record or without one. */
  knows(node: string): boolean {
    return this.#heard.has(node);
  }

  /** What is held in memory: nodes and leases that were heard, and sessions that were replaced. */
  get size(): number {
    return [...this.#over.values()].reduce((sum, { size }) => sum + size, this.#heard.size);
  }

  /** All windows begin now. */
  startAnew(): void {
    this.#since = this.#clock();
  }

  /** To be told again and again whether heartbeats can be acknowledged, that is whether the store answers. */
  look(storeAnswers: boolean): void {
    const now = this.#clock();
    if (this.#blind || !storeAnswers || now - this.#lastLook > longestGapMs) this.#since = now;
    this.#blind = !storeAnswers;
    this.#lastLook = now;
    for (const node of this.#gone) if (this.isSilent(node)) this.#forget(node);
  }

  get blind(): boolean {
    return this.#blind || this.#clock() - this.#lastLook > longestGapMs;
  }

  /** Milliseconds that nothing was heard of it, counted only while it could have been heard. */
  silentFor(node: string): number {
    if (this.blind) return 0;
    return this.#clock() - Math.max(this.#since, this.#heard.get(node)?.at ?? -Infinity);
  }

  isSilent(node: string): boolean {
    return this.silentFor(node) >= lease.silenceSeconds * 1_000;
  }

  lastBeat(node: string): Beat | undefined {
    return this.#heard.get(node);
  }

  /** Milliseconds since each node was heard. */
  *ages(): Generator<[string, number]> {
    for (const [node, { at }] of this.#heard) yield [node, this.#clock() - at];
  }

  /** The node as it is served: with its last heartbeat, which is not in the log. */
  overlayNode(node: Node): Node {
    const heard = this.#heard.get(node.metadata.name);
    if (heard === undefined) return node;
    const { counter, running, time, at } = heard;
    const ageSeconds = Math.round((this.#clock() - at) / 100) / 10;
    return { ...node, status: { ...node.status, heartbeat: { counter, ageSeconds, time, running } } };
  }

  #forget(node: string): void {
    for (const each of [this.#heard, this.#over, this.#gone]) each.delete(node);
  }

  #replaced(node: string, session: string): void {
    const past = this.#over.get(node) ?? new Set();
    this.#over.set(node, past.add(session));
    if (past.size > mostOver) past.delete(past.values().next().value!);
  }
}
