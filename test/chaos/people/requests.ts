import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Findings } from '../recorder/findings.js';
import type { LogKeeper } from '../recorder/log-keeper.js';

export interface Answer {
  status: number;
  body: { kind?: string; reason?: string; message?: string; metadata?: { name?: string; uid?: string; resourceVersion?: string; deletionTimestamp?: string; generation?: number }; status?: Record<string, unknown> };
}
export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object;
}

/** Requests as a careful person makes them: again until it is known what came of it; what was promised on the way is kept for the end. */
export class Requests {
  readonly #agent = new Agent({ headersTimeout: 15_000, bodyTimeout: 15_000, connect: { timeout: 5_000 } });
  readonly #kept: { what: string; rv: number; name: string }[] = [];
  readonly #refused = new Map<string, string>();
  made = 0;

  constructor(
    /** Any of these may be asked. */
    private readonly servers: () => string,
    private readonly token: string,
    private readonly findings: Findings,
  ) {}

  /** Until an answer says for certain whether it was done. One key stands for all tries (I10). */
  async certain(call: Call): Promise<Answer> {
    const key = randomUUID();
    const uids = new Set<string>();
    for (;;) {
      const answer = await this.once(call, key);
      if (answer?.body.metadata?.uid && answer.status < 300) uids.add(answer.body.metadata.uid);
      if (uids.size > 1) this.findings.break('I10', `${call.method} ${call.path} was done more than once: ${[...uids].join(', ')}`);
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
      await delay(500);
    }
  }

  /** One try; undefined when there was no answer. */
  async once({ method, path, body }: Call, key: string = randomUUID()): Promise<Answer | undefined> {
    const id = randomUUID();
    this.made++;
    const headers = { authorization: `Bearer ${this.token}`, 'x-request-id': id, ...(method === 'POST' && { 'idempotency-key': key }), ...(body && { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }) };
    try {
      const answer = await request(`${this.servers()}${path}`, { dispatcher: this.#agent, method, headers, ...(body && { body: JSON.stringify(body) }) });
      const parsed = { status: answer.statusCode, body: (await answer.body.json()) as Answer['body'] };
      if (method !== 'GET') this.#remember(id, `${method} ${path}`, parsed);
      return parsed;
    } catch {
      return undefined;
    }
  }

  /** What was acknowledged is in the log (I2), what was refused is not (I4). To be asked when the log has been read to its end. */
  judge(log: LogKeeper): void {
    for (const { what, rv, name } of this.#kept.splice(0)) if (!log.keyAt.get(rv)?.endsWith(`/${name}`)) this.findings.break('I2', `${what} was acknowledged at ${rv}, where the log has ${log.keyAt.get(rv) ?? 'nothing'}`);
    for (const [id, what] of this.#refused) if (log.requestIds.has(id)) this.findings.break('I4', `${what}, and is in the log (request ${id})`);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #remember(id: string, what: string, { status, body }: Answer): void {
    const { name, resourceVersion } = body.metadata ?? {};
    if (status < 300 && name !== undefined && resourceVersion !== undefined) this.#kept.push({ what, rv: Number(resourceVersion), name });
    const certain = status < 500 || /nothing was changed|was not committed/.test(body.message ?? '');
    if (status >= 400 && certain) this.#refused.set(id, `${what} was answered ${status} ${body.message}`);
  }
}
