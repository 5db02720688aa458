import type { Exchange } from '../network/network.js';
import type { PromiseKeeper } from './promise-keeper.js';

interface Versioned {
  kind?: string;
  metadata?: { name?: string; resourceVersion?: string };
}

/** What was acknowledged must be in the log (I2); what was refused, or told not to have happened, must not be (I4). */
export class Acknowledged {
  readonly #keyAt = new Map<number, string>();
  readonly #committed = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(private readonly keeper: Pick<PromiseKeeper, 'break'>) {}

  at(rv: number, key: string): void {
    this.#keyAt.set(rv, key);
  }

  committed(requestId: string): void {
    if (this.#refused.has(requestId)) this.keeper.break('I4', `request ${requestId} was refused, and is committed`);
    if (this.#committed.has(requestId) && !requestId.endsWith('+')) this.keeper.break('I4', `request ${requestId} was committed twice`);
    this.#committed.add(requestId);
  }

  heard({ request, answer }: Exchange): void {
    if (answer === undefined || request.method === 'GET') return;
    if (answer.status >= 200 && answer.status < 300) return this.#kept(answer.body);
    const id = request.headers['x-request-id'];
    const certain = answer.status < 500 || /nothing was changed|was not committed/.test(answer.body);
    if (id === undefined || id.endsWith('+') || !certain) return;
    if (this.#committed.has(id)) this.keeper.break('I4', `request ${id} was committed, and answered: ${answer.body.slice(0, 300)}`);
    this.#refused.add(id);
  }

  #kept(body: string): void {
    const parsed = body.startsWith('{') ? (JSON.parse(body) as Versioned & { objects?: (Versioned | null)[] }) : {};
    for (const object of parsed.objects ?? [parsed]) {
      const rv = object?.metadata?.resourceVersion;
      if (rv === undefined || object?.kind === undefined) continue;
      const key = this.#keyAt.get(Number(rv));
      if (!key?.endsWith(`/${object.metadata!.name}`)) this.keeper.break('I2', `${object.kind} ${object.metadata!.name} was acknowledged at ${rv}, where the log has ${key ?? 'nothing'}`);
    }
  }
}
