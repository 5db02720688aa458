import type { Client, Job, Resources, Service } from '@spawnit/contract';
import type { Findings } from './findings.js';
import type { LogKeeper } from './log-keeper.js';

type Followed = Resources<Service> | Resources<Job>;

/** Follows kinds at one server as any client does; compared with the log when that has been read: every change, once, in order (I9). */
export class Watcher {
  readonly #seen = new Map<string, { from: number; rvs: number[] }[]>();
  readonly #ending = new AbortController();
  readonly #loops: Promise<void>[];

  constructor(
    readonly name: string,
    client: Client,
  ) {
    this.#loops = [this.#follow('services/', client.services), this.#follow('jobs/', client.jobs)];
  }

  /** Holds what was seen against the log; gives what the watch has not brought yet. */
  compare(log: LogKeeper, findings: Findings): string | undefined {
    for (const [kind, parts] of this.#seen) {
      const all = log.changes.get(kind) ?? [];
      for (const [i, { from, rvs }] of parts.entries()) {
        const expected = all.filter((rv) => rv > from).slice(0, rvs.length);
        const at = rvs.findIndex((rv, n) => rv !== expected[n]);
        if (at >= 0 && rvs[at]! <= (all.at(-1) ?? 0)) findings.break('I9', `the watch of ${kind} at ${this.name} gave ${rvs[at]} where ${expected[at] ?? 'nothing'} comes next`);
        const last = i === parts.length - 1;
        if (last && Math.max(from, rvs.at(-1) ?? 0) < (all.at(-1) ?? 0)) return `the watch of ${kind} at ${this.name} is at ${rvs.at(-1) ?? from} of ${all.at(-1)}`;
      }
    }
    return undefined;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#loops);
  }

  async #follow(kind: string, resources: Followed): Promise<void> {
    const parts: { from: number; rvs: number[] }[] = [];
    this.#seen.set(kind, parts);
    try {
      for await (const event of resources.follow({ signal: this.#ending.signal })) {
        if (event.type === 'SYNCED') parts.push({ from: Number(event.resourceVersion), rvs: [] });
        else parts.at(-1)!.rvs.push(Number(event.object.metadata.resourceVersion));
      }
    } catch (error) {
      if (!this.#ending.signal.aborted) throw error;
    }
  }
}
