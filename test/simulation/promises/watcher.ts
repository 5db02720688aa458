import type { Client, Resource } from '@spawnit/contract';
import type { PromiseKeeper } from './promise-keeper.js';

/** Follows kinds as any client does, and compares with the log: every change, once, in order (I9). */
export class Watcher {
  readonly #at = new Map<string, number>();

  constructor(
    private readonly keeper: PromiseKeeper,
    private readonly client: Client,
  ) {}

  async run(): Promise<void> {
    await Promise.all([this.#follow('services/', this.client.services), this.#follow('jobs/', this.client.jobs)]);
  }

  /** Whether all that was committed has been seen. */
  isUpToDate(): boolean {
    return [...this.#at].every(([kind, at]) => at === this.#changes(kind).length);
  }

  async #follow(kind: string, resources: Client['services'] | Client['jobs']): Promise<void> {
    for await (const event of resources.follow({})) {
      this.keeper.look();
      if (event.type === 'SYNCED') this.#at.set(kind, this.#changes(kind).filter((rv) => rv <= Number(event.resourceVersion)).length);
      else this.#seen(kind, event.object);
    }
  }

  #seen(kind: string, { metadata }: Resource): void {
    const at = this.#at.get(kind) ?? 0;
    const expected = this.#changes(kind)[at];
    if (Number(metadata.resourceVersion) !== expected) this.keeper.break('I9', `a watch of ${kind} gave ${metadata.name} at ${metadata.resourceVersion} where ${expected} comes next`);
    this.#at.set(kind, at + 1);
  }

  #changes(kind: string): number[] {
    return this.keeper.changes.get(kind) ?? [];
  }
}
