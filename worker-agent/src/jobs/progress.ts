import type { ProgressRequest, Transport } from '@spawnit/contract';

/** Tells how far a job is; never more than one request at a time, always the newest. That one gets lost does no harm. */
export class ProgressSender {
  #next: ProgressRequest | undefined;
  #sending = false;
  #ended = false;

  constructor(
    private readonly transport: () => Transport,
    private readonly path: string,
  ) {}

  send(progress: ProgressRequest): void {
    this.#next = structuredClone(progress);
    if (!this.#sending) void this.#run();
  }

  end(): void {
    this.#ended = true;
  }

  async #run(): Promise<void> {
    this.#sending = true;
    while (this.#next !== undefined && !this.#ended) {
      const body = this.#next;
      this.#next = undefined;
      await this.transport().json({ method: 'POST', path: this.path, body }).catch(() => undefined);
    }
    this.#sending = false;
  }
}
