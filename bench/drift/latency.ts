import type { Client } from '@spawnit/contract';
import { docker } from '@spawnit/testkit';
import { checkEvery } from './fleet.js';

const cadenceS = 10;
const most = 100;

/** ms from starting `docker rm -f` of its container until the watch says Drifted, one service after another while all are checked at the cadence. */
export async function latencies(client: Client, names: string[]): Promise<number[]> {
  await checkEvery(client, names, cadenceS);
  const drifted = new Drifted(client);
  const samples: number[] = [];
  for (const name of names.slice(0, most)) {
    const [container = ''] = (await docker(['ps', '--quiet', '--no-trunc', '--filter', `label=spawnit.dev/service=${name}`])).split('\n');
    const seen = drifted.of(name);
    const began = performance.now();
    const removed = docker(['rm', '--force', container]);
    samples.push((await seen) - began);
    await removed;
  }
  await drifted.end();
  return samples;
}

/** Follows all services, and tells when one turns Drifted. */
class Drifted {
  readonly #waiting = new Map<string, (at: number) => void>();
  readonly #ending = new AbortController();
  readonly #following: Promise<void>;

  constructor(private readonly client: Client) {
    this.#following = this.#follow();
  }

  of(name: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    for await (const event of this.client.services.follow({ namespace: 'default', signal: this.#ending.signal }))
      for (const { metadata, status } of event.type === 'SYNCED' ? event.items : [event.object])
        if (status?.drift?.verdict === 'Drifted') this.#waiting.get(metadata.name)?.(performance.now());
  }
}
