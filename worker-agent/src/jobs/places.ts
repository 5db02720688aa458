import type { ProviderKind } from '../provider/pool.js';
import { Place, type PlaceParts } from './place.js';

/** Some 40 MB each. */
const mostReady = 2;

/**
 * Places made ahead, with providers as the last run used them: in one apply tofu starts its own several times, which is most
 * of what a small one takes. Each place serves one run only, so nothing goes from one run to another.
 */
export class Places {
  readonly #ready: Place[] = [];
  #kinds: readonly ProviderKind[] = [];
  #making: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly parts: PlaceParts) {}

  /** One that is ready, or else one made now. */
  async take(): Promise<Place> {
    for (let place = this.#ready.shift(); place !== undefined; place = this.#ready.shift()) {
      if (await place.isSound()) return place;
      await place.close();
    }
    return Place.open(this.parts);
  }

  /** Makes as many ready as there may be, for runs that use these. What fails is left to the next time. */
  prepare(kinds: readonly ProviderKind[]): Promise<void> {
    return (this.#making ??= this.#make(kinds)
      .catch(() => undefined)
      .finally(() => (this.#making = undefined)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#making;
    await this.#clear();
  }

  async #make(kinds: readonly ProviderKind[]): Promise<void> {
    if (!sameKinds(kinds, this.#kinds)) await this.#clear();
    this.#kinds = kinds;
    const most = Math.min(mostReady, this.parts.config.slots);
    while (this.#ready.length < most && kinds.length > 0 && !this.#closed) {
      const place = await Place.open(this.parts);
      // Who takes it before all is there waits for no more than it would have to begin.
      this.#ready.push(place);
      if ((await place.providers(kinds)).length < kinds.length) return this.#discard(place);
    }
  }

  /** One that a run has is closed by that run. */
  async #discard(place: Place): Promise<void> {
    const at = this.#ready.indexOf(place);
    if (at >= 0) await this.#ready.splice(at, 1)[0]!.close();
  }

  async #clear(): Promise<void> {
    await Promise.all(this.#ready.splice(0).map((place) => place.close()));
  }
}

function sameKinds(a: readonly ProviderKind[], b: readonly ProviderKind[]): boolean {
  return a.length === b.length && a.every(({ binary }) => b.some((other) => other.binary === binary));
}
