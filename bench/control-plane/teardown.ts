/** Whatever a benchmark started, ended in reverse order. */
export class Ending {
  readonly #releases: (() => unknown)[] = [];

  teardown(release: () => unknown): void {
    this.#releases.push(release);
  }

  async end(): Promise<void> {
    for (const release of this.#releases.splice(0).reverse()) await release();
  }
}
