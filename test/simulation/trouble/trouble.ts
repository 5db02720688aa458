import type { Mishap, WireRequest } from '../network/network.js';
import type { World } from '../world.js';
import { crashUntold } from './crash-untold.js';
import { lateRevoke } from './late-revoke.js';
import { lateLeader } from './late-leader.js';
import { meddle, strikes, strikesOnAgents, strikesAtVerdicts, type Strike } from './strikes.js';

/** How likely each mishap is, for each call, while there is trouble. */
interface Chances {
  store: number;
  slowStore: number;
  /** Of a store that has no room left, or takes no writes for another reason, but gives what it has. */
  fullStore: number;
  request: number;
  answer: number;
  again: number;
  slow: number;
}

const none: Chances = { store: 0, slowStore: 0, fullStore: 0, request: 0, answer: 0, again: 0, slow: 0 };

/** What a run is like: whom things happen to, and how often. */
export const characters = ['everybody', 'agents', 'verdicts', 'late revokes', 'late leaders'] as const;
export type Character = (typeof characters)[number];

/** All that goes wrong, until it is calm. What it begins it also ends. */
export class Trouble {
  calm = false;
  faults = 0;
  chances: Chances = none;
  #usual: Chances = none;
  readonly #storms = new Set<Partial<Chances>>();
  /** Asked of each request: for how many ms more it is held up on its way. */
  readonly holds = new Set<(from: string, request: WireRequest) => number>();
  /** Processes whose requests are often late. */
  readonly late = new Set<string>();
  #paceMs = 300;
  readonly #heldUntil = new Map<string, number>();
  readonly #endings = new Set<() => void>();
  readonly #counts = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly character?: Character,
  ) {}

  /** How many there were of each sort. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** How long one thing takes on an engine. */
  paceMs(): number {
    const { random } = this.world;
    return random.between(0.2, 2) * (!this.calm && random.chance(0.15) ? 10 * this.#paceMs : this.#paceMs);
  }

  begin(): void {
    const { random, network } = this.world;
    const character = this.#character();
    this.#paceMs = random.pick([200, 1_500, 4_000]);
    network.mishap = (from, request) => this.#mishap(from, request);
    const { strike, everyMs } = this.#habits(character);
    const next = () => {
      if (this.calm) return;
      strike()(this.world, this);
      later();
    };
    const later = () => this.world.timeline.after(-Math.log(1 - random.next()) * everyMs, undefined, next);
    later();
  }

  end(): void {
    this.calm = true;
    this.chances = this.#usual = none;
    this.#paceMs = 300;
    this.late.clear();
    this.holds.clear();
    this.#heldUntil.clear();
    for (const engine of this.world.engines) engine.slowUntil = 0;
    for (const ending of [...this.#endings]) ending();
  }

  /** Ends after `ms`, or with the trouble if that comes first, or when what it gives is called. */
  lasting(ms: number, end: () => void): () => void {
    const once = () => {
      if (this.#endings.delete(once)) end();
    };
    this.#endings.add(once);
    this.world.timeline.after(ms, undefined, once);
    return once;
  }

  /** Other chances for a while. */
  storm(ms: number, chances: Partial<Chances>): void {
    const settle = () => (this.chances = Object.assign({}, this.#usual, ...this.#storms) as Chances);
    this.#storms.add(chances);
    settle();
    this.lasting(ms, () => (this.#storms.delete(chances), settle()));
  }

  /** What a process says to servers in the next `ms` arrives only after them. */
  holdUp(name: string, ms: number): void {
    this.count('held up');
    this.#heldUntil.set(name, this.world.timeline.now + ms);
  }

  count(what: string): void {
    this.faults++;
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** In half of all runs only agents have trouble: the rest is well enough to take their work from them at once, or a little too late. */
  #character(): Character {
    const roll = this.world.random.next();
    return this.character ?? (roll < 0.5 ? 'everybody' : roll < 0.75 ? 'agents' : 'verdicts');
  }

  #habits(character: Character): { strike: () => Strike; everyMs: number } {
    const { random } = this.world;
    if (character === 'agents') return { strike: () => random.pick(strikesOnAgents), everyMs: 12_000 };
    if (character === 'verdicts') {
      // Between what is judged and what is done about it much may happen.
      for (const name of ['scheduler', 'scheduler-2']) this.late.add(name);
      return { strike: () => random.pick(strikesAtVerdicts), everyMs: 25_000 };
    }
    if (character === 'late revokes') {
      // Who takes work over is quick; what is slow is the engine of who had it.
      this.#paceMs = 200;
      return { strike: () => lateRevoke, everyMs: 2_000 };
    }
    if (character === 'late leaders') return { strike: () => random.pick([lateLeader, lateLeader, meddle]), everyMs: 6_000 };
    const upTo = (most: number) => (random.chance(0.5) ? random.next() * most : 0);
    this.chances = this.#usual = { store: upTo(0.04), slowStore: upTo(0.05), fullStore: 0, request: upTo(0.03), answer: upTo(0.05), again: upTo(0.03), slow: upTo(0.1) };
    return { strike: () => random.pick(strikes), everyMs: random.pick([1_500, 3_000, 6_000]) };
  }

  #mishap(from: string, asked: WireRequest): Mishap {
    crashUntold(this.world, from, asked);
    const { random, timeline } = this.world;
    const { request, answer, again, slow } = this.chances;
    const isLate = this.late.has(from);
    const ms = () => (random.chance(isLate ? 0.5 : slow) ? random.between(100, isLate ? 5_000 : 12_000) : random.between(0.3, 3));
    const held = [...this.holds].reduce((ms, hold) => Math.max(ms, hold(from, asked)), (this.#heldUntil.get(from) ?? 0) - timeline.now);
    const mishap: Mishap = { requestMs: Math.max(0, held) + ms(), answerMs: ms(), silent: random.chance(0.3) };
    if (random.chance(request)) mishap.lost = 'request';
    else if (random.chance(answer)) mishap.lost = 'answer';
    if (random.chance(again)) mishap.againMs = random.between(0, 15_000);
    if (mishap.lost || mishap.againMs !== undefined) this.count(mishap.lost ? `${mishap.lost} lost` : 'sent twice');
    return mishap;
  }
}
