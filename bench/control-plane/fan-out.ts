import type { Client } from '@spawnit/contract';
import { Agent, request } from 'undici';
import { nameOf, type Plane } from './plane.js';

const watchers = 500;
const writes = 200;
/** Far longer than a change takes to all of them. */
const patienceMs = 60_000;
const path = '/apis/spawnit.dev/v1/namespaces/default/services';

/** ms from sending a write to the last watcher having it, one write after another. */
export async function fanOut({ api, client }: Plane): Promise<number[]> {
  const { metadata } = await client.transport.json<{ metadata: { resourceVersion: string } }>({ path, query: { limit: 1 } });
  const agent = new Agent({ connections: null, bodyTimeout: 0 });
  const arrivals = new Arrivals();
  // One caller may hold 256 streams.
  const tokens = [api.token('admin'), api.token('reconciler')];
  const open = (i: number) => follow({ url: `${api.url}${path}?watch=true&resourceVersion=${metadata.resourceVersion}`, token: tokens[i % tokens.length]!, agent, arrivals });
  try {
    await Promise.all(Array.from({ length: watchers }, (_, i) => open(i)));
    const samples: number[] = [];
    for (let i = 0; i < writes; i++) samples.push(await oneWrite(client, arrivals, i));
    return samples;
  } finally {
    await agent.destroy();
  }
}

async function oneWrite(client: Client, arrivals: Arrivals, i: number): Promise<number> {
  const all = arrivals.expect(`"bench":"${i}-`, watchers);
  const began = performance.now();
  await client.services.patch(nameOf(0), 'default', { metadata: { annotations: { bench: `${i}-${process.pid}` } } });
  return (await all) - began;
}

/** Counts how many watchers have seen a mark. */
class Arrivals {
  #mark = '';
  #left = 0;
  #done: (at: number) => void = () => undefined;

  expect(mark: string, count: number): Promise<number> {
    this.#mark = mark;
    this.#left = count;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.#left} of ${count} watchers did not get ${mark} within ${patienceMs / 1000} s`)), patienceMs);
      this.#done = (at) => (clearTimeout(late), resolve(at));
    });
  }

  /** For one watcher. Each write changes one object once, so each gets the mark once, be it in two parts. */
  taker(): (chunk: Buffer) => void {
    let rest = '';
    return (chunk) => {
      const text = rest + chunk.toString('latin1');
      rest = text.slice(1 - this.#mark.length);
      if (this.#left > 0 && text.includes(this.#mark) && --this.#left === 0) this.#done(performance.now());
    };
  }
}

interface Follower {
  url: string;
  token: string;
  agent: Agent;
  arrivals: Arrivals;
}

async function follow({ url, token, agent, arrivals }: Follower): Promise<void> {
  const { statusCode, body } = await request(url, { dispatcher: agent, headers: { authorization: `Bearer ${token}` } });
  if (statusCode !== 200) throw new Error(`a watch was answered ${statusCode}: ${await body.text()}`);
  body.on('data', arrivals.taker());
  body.on('error', () => undefined); // Destroyed at the end.
}
