import { randomUUID } from 'node:crypto';
import { agentPaths, Client, isTerminal, type ClaimAnswer, type FinishRequest, type Job } from '@spawnit/contract';
import type { Teardown } from '@spawnit/testkit';
import type { Plane } from './plane.js';

/** What it does with a job; the answer is how the job ends. */
export type Work = (job: Job, log: (text: string) => Promise<void>, inputs: ClaimAnswer['inputs']) => Promise<FinishRequest>;

const heartbeatMs = 1_000;

/** Speaks as an agent does, over the real protocol, and only claims to have made anything real. */
export class StandInAgent {
  private readonly session = randomUUID();
  private readonly stopped = new AbortController();
  private readonly running = new Set<string>();
  private counter = 0;
  private constructor(
    readonly name: string,
    private readonly client: Client,
    private readonly work: Work,
  ) {}

  static async join(t: Teardown, plane: Plane, name: string, work: Work): Promise<StandInAgent> {
    const { token } = await plane.as('join').transport.json<{ token: string }>({ method: 'POST', path: agentPaths.join, body: { name } });
    const agent = new StandInAgent(name, new Client({ server: plane.url, token }), work);
    await agent.beat();
    const timer = setInterval(() => void agent.beat().catch(() => undefined), heartbeatMs);
    t.teardown(async () => {
      clearInterval(timer);
      agent.stopped.abort();
      await agent.client.close();
    });
    void agent.takeJobs();
    return agent;
  }

  private beat(): Promise<unknown> {
    const status = { abilities: ['docker'], engine: `engine-of-${this.name}`, host: '127.0.0.1' };
    return this.post(agentPaths.heartbeat(this.name), { session: this.session, counter: ++this.counter, running: [...this.running], status });
  }

  private async takeJobs(): Promise<void> {
    for await (const event of this.client.jobs.follow({ fieldSelector: `status.node=${this.name}`, signal: this.stopped.signal })) {
      const jobs = event.type === 'SYNCED' ? event.items : [event.object];
      for (const job of jobs) void this.take(job).catch(() => undefined);
    }
  }

  private async take(job: Job): Promise<void> {
    const key = `${job.metadata.namespace}/${job.metadata.name}`;
    if (job.status?.phase !== 'Assigned' || isTerminal(job.status.phase) || this.running.has(key)) return;
    this.running.add(key);
    const [namespace, name] = [job.metadata.namespace!, job.metadata.name];
    const { inputs } = await this.post<ClaimAnswer>(agentPaths.claim(namespace, name), { epoch: job.status.epoch, session: this.session });
    let offset = 0;
    const log = async (text: string) => {
      await this.client.transport.json({ method: 'POST', path: agentPaths.log(namespace, name), query: { offset }, body: Buffer.from(text), contentType: 'text/plain' });
      offset += Buffer.byteLength(text);
    };
    await this.post(agentPaths.finish(namespace, name), await this.work(job, log, inputs));
    this.running.delete(key);
  }

  private post<T>(path: string, body: unknown): Promise<T> {
    return this.client.transport.json({ method: 'POST', path, body });
  }
}

/** Does all at once and without a fault. */
export const obliging: Work = async (job, log) => {
  await log(`${job.spec.type} of ${job.spec.service}\n`);
  if (job.spec.type === 'Destroy') return { phase: 'Succeeded', remaining: 0 };
  return { phase: 'Succeeded', ...(job.spec.type === 'Plan' && { plan: onePlan }), outputs: {} };
};

const onePlan = {
  add: 1,
  change: 0,
  destroy: 0,
  digest: 'd'.repeat(64),
  changes: [{ address: 'docker_container.this', action: 'create' as const, fields: [{ field: 'image', before: '(none)', after: '"nginx"' }] }],
};
