import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '@spawnit/contract';
import type { Minio } from '@spawnit/testkit';
import type { Random } from '../../simulation/time/random.js';
import type { EngineView } from '../recorder/engine.js';
import type { Findings } from '../recorder/findings.js';
import type { LogKeeper } from '../recorder/log-keeper.js';
import type { ChaosStar, Member } from '../star/chaos-star.js';
import type { Fault } from './fault.js';
import { removeByHand, spoilEngine, spoilLink } from './links.js';
import { harmStore, harmTofu, killMember, stopMember } from './processes.js';

export interface TroubleParts {
  star: ChaosStar;
  minio: Minio;
  engine: EngineView;
  log: LogKeeper;
  random: Random;
  findings: Findings;
  /** Only faults whose sort begins with one of these; all when there are none. */
  only: readonly string[];
}

/** Makes faults by chance, several at once, each on something that is well. */
export class Trouble {
  readonly counts = new Map<string, number>();
  /** Who or what is the object of a fault right now. */
  readonly #ill = new Set<string>();

  constructor(private readonly parts: TroubleParts) {}

  get faults(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** So many faults, begun within `spreadMs`. Resolves when all of them are over. */
  async batch(count: number, spreadMs: number): Promise<void> {
    const { random } = this.parts;
    const starts = Array.from({ length: count }, () => random.between(0, spreadMs));
    await Promise.all(
      starts.map(async (ms) => {
        await delay(ms);
        await this.#one();
      }),
    );
  }

  async #one(): Promise<void> {
    const { findings } = this.parts;
    for (;;) {
      const [key, fault] = (await this.#next()) ?? [];
      if (key === undefined || fault === undefined || this.#ill.has(key) || !this.#wanted(fault)) {
        await delay(20);
        continue;
      }
      this.#ill.add(key);
      this.counts.set(fault.sort, (this.counts.get(fault.sort) ?? 0) + 1);
      findings.note(`fault: ${fault.what}${fault.ms > 0 ? ` for ${(fault.ms / 1_000).toFixed(1)} s` : ''}`);
      await fault.begin();
      if (fault.ms > 0) await delay(fault.ms);
      await fault.end();
      if (fault.ms > 1_000) findings.note(`over: ${fault.what}`);
      this.#ill.delete(key);
      return;
    }
  }

  #wanted({ sort }: Fault): boolean {
    const { only } = this.parts;
    return only.length === 0 || only.some((each) => sort.startsWith(each));
  }

  /** Agents more often than others, and most of all one that is in the middle of something: it is they who change the world. */
  async #next(): Promise<[string, Fault | undefined] | undefined> {
    const { star, minio, random } = this.parts;
    const dice = random.next();
    if (dice < 0.16) return named(await this.#agent(), (it) => killMember(star, random, it));
    if (dice < 0.28) return ['tofu', harmTofu(random, star.of('agent').filter(({ name }) => !this.#ill.has(name)))];
    if (dice < 0.4) return named(await this.#agent(), (it) => stopMember(random, it));
    if (dice < 0.47) return named(random.pick(star.of('apiserver')), (it) => killMember(star, random, it));
    if (dice < 0.51) return named(random.pick(star.of('apiserver')), (it) => stopMember(random, it));
    if (dice < 0.57) return named(random.pick(star.of('controller')), (it) => killMember(star, random, it));
    if (dice < 0.61) return named(random.pick(star.of('controller')), (it) => stopMember(random, it));
    if (dice < 0.65) return ['minio', harmStore(minio, random)];
    if (dice < 0.87) return named(random.pick(star.links), (it) => spoilLink(random, it));
    if (dice < 0.93) return named(random.pick(star.engines), (it) => spoilEngine(random, it));
    return this.#byHand();
  }

  /** Waits a moment for one that runs a job: that is when it matters. */
  async #agent(): Promise<Member> {
    const { star, random, log } = this.parts;
    const well = () => star.of('agent').filter(({ name }) => !this.#ill.has(name));
    for (let tries = random.chance(0.85) ? 40 : 0; tries > 0; tries--) {
      const working = new Set(log.list<Job>('jobs/').filter(({ status }) => status?.phase === 'Running').map(({ status }) => status!.node));
      const busy = well().filter(({ name }) => working.has(name));
      if (busy.length > 0) return random.pick(busy);
      await delay(100);
    }
    return random.pick(well().length > 0 ? well() : star.of('agent'));
  }

  /** Only what is looked at often enough for somebody to notice soon. */
  async #byHand(): Promise<[string, Fault] | undefined> {
    const { engine, log, random } = this.parts;
    const standing = log.cluster === undefined ? [] : await engine.standing(log.cluster);
    const watched = standing.filter(({ kind, labels }) => kind === 'container' && Number(labels['spawnit.dev/service']?.slice(1)) % 6 === 0);
    if (watched.length === 0) return undefined;
    const it = random.pick(watched);
    return [it.id, removeByHand(it, (each) => engine.remove(each))];
  }
}

function named<T extends { name: string }>(it: T, make: (it: T) => Fault): [string, Fault] {
  return [it.name, make(it)];
}
