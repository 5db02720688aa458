/** The one thing the testkit needs of a tap test: to be told when it is over. */
export interface Teardown {
  teardown(release: () => unknown): void;
}

/** What was started outside of a test, ended in reverse order. */
export class Ending implements Teardown {
  readonly #releases: (() => unknown)[] = [];

  teardown(release: () => unknown): void {
    this.#releases.push(release);
  }

  async end(): Promise<void> {
    for (const release of this.#releases.splice(0).reverse()) await release();
  }
}
