/** Texts that many readers are sent at once are made once: those of one turn of the event loop. */
export class SharedLines {
  readonly #lines = new Map<string, string>();

  /** What is made under the same key within a turn must be the same. */
  line(key: string, make: () => string): string {
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    if (this.#lines.size === 0) setImmediate(() => this.#lines.clear());
    const made = make();
    this.#lines.set(key, made);
    return made;
  }
}
