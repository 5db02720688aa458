import type { FollowEvent, Job } from '@spawnit/contract';

/** Stands in for the list and watch of one kind: the test says what the server sends. */
export class StandInFeed {
  private items = new Map<string, Job>();
  private send: ((event: FollowEvent<Job>) => void) | undefined;
  private version = 0;
  lists = 0;

  async *follow({ signal }: { signal?: AbortSignal }): AsyncGenerator<FollowEvent<Job>> {
    const pending: FollowEvent<Job>[] = [];
    let wake = () => {};
    this.send = (event) => {
      pending.push(event);
      wake();
    };
    signal?.addEventListener('abort', () => wake());
    this.lists++;
    yield { type: 'SYNCED', items: [...this.items.values()], resourceVersion: String(this.version) };
    while (!signal?.aborted) {
      for (let event = pending.shift(); event; event = pending.shift()) yield event;
      if (!signal?.aborted) await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  /** Puts it and sends the event; `unseen` leaves the event out, as a watch with a fault would. */
  put(job: Job, { unseen = false } = {}): void {
    const type = this.items.has(job.metadata.name) ? 'MODIFIED' : 'ADDED';
    this.items.set(job.metadata.name, job);
    if (!unseen) this.send?.({ type, object: job });
  }

  remove(name: string, { unseen = false } = {}): void {
    const job = this.items.get(name)!;
    this.items.delete(name);
    if (!unseen) this.send?.({ type: 'DELETED', object: job });
  }
}

export function job(name: string, service: string, cancel = false): Job {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Job',
    metadata: { name, namespace: 'team' },
    spec: { service, serviceUid: 'u', type: 'Apply', generation: 1, revision: 'r', module: `sha256-${'0'.repeat(64)}`, trigger: 'Create', cancel },
  };
}
