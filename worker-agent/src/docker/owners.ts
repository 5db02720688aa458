import type { Engine } from './engine.js';
import { labelledBy, type Labelled, type Unlabelled } from './engine-events.js';

/** Of others' things on the engine nothing is kept, so these are ours. */
const most = 10_000;

/** Whose networks and volumes are: the engine tells of their end without their labels, and then nobody can be asked for them. */
export class Owners {
  readonly #known = new Map<string, Promise<Labelled | undefined>>();

  constructor(private readonly engine: Pick<Engine, 'objects' | 'labelsOf'>) {}

  /** Asks for all that there are. */
  async learn(): Promise<void> {
    const things = await this.engine.objects().catch(() => []);
    for (const { kind, id, labels } of things) if (kind !== 'container') this.#keep({ kind, id }, Promise.resolve(labelledBy(labels)));
  }

  made(thing: Unlabelled): void {
    this.#keep(thing, this.engine.labelsOf(thing).then(labelledBy, () => undefined));
  }

  /** Whose it was; nothing is kept of it. */
  async gone(thing: Unlabelled): Promise<Labelled | undefined> {
    const owner = this.#known.get(keyOf(thing));
    this.#known.delete(keyOf(thing));
    return owner;
  }

  #keep(thing: Unlabelled, owner: Promise<Labelled | undefined>): void {
    const key = keyOf(thing);
    if (this.#known.size < most) this.#known.set(key, owner);
    void owner.then((found) => found === undefined && this.#known.get(key) === owner && this.#known.delete(key));
  }
}

function keyOf({ kind, id }: Unlabelled): string {
  return `${kind} ${id}`;
}
