import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { agentPaths, ApiError, Client, jsonLines, Unreachable, type CheckOrder, type CheckResult, type ClaimAnswer, type FinishRequest, type HeartbeatRequest, type Job, type Suspicions } from '@spawnit/contract';
import type { Apiserver } from './apiserver.js';
import type { Teardown } from './teardown.js';

export interface StandInAgentOptions {
  name: string;
  labels?: Record<string, string>;
  slots?: number;
  status?: HeartbeatRequest['status'];
  /** How a job ends that it has claimed; undefined: it goes on running. Succeeds by default. */
  onJob?: (job: Job, answer: ClaimAnswer) => FinishRequest | undefined;
  /** What a check finds; undefined: no answer. Compliant by default. */
  onCheck?: (order: CheckOrder) => Partial<CheckResult> | undefined;
}

/** Speaks as a worker-agent does, and does nothing: no engine, no tofu. For tests of those that agents talk to. */
export interface StandInAgent {
  readonly name: string;
  /** No heartbeat, claim or answer any more, as of one that was killed. */
  silence(): void;
  /** Adds to the log of a job that it has claimed, `offset` counting bytes; said again until the server has it. */
  log(job: Job, offset: number, bytes: Buffer): Promise<void>;
  /** Says that its engine told something of these services. */
  suspect(services: { namespace: string; name: string; uid: string }[]): Promise<void>;
}

/** Faster than an agent's, so that a test need not wait for what an agent would say next. */
const heartbeatMs = 250;

export async function startStandInAgent(t: Teardown, api: Apiserver, options: StandInAgentOptions): Promise<StandInAgent> {
  const joiner = api.client('join');
  const { name, labels, slots } = options;
  const { token } = await joiner.transport.json<{ token: string }>({ method: 'POST', path: agentPaths.join, body: { name, labels, slots } });
  const client = new Client({ server: api.url, token });
  const ending = new AbortController();
  const beat = await firstHeartbeat(client, options);
  const loops = [keepBeating(client, options, beat, ending.signal), followJobs(client, options, beat.session, ending.signal), serveChecks(client, options, ending.signal)];
  const silence = () => ending.abort();
  t.teardown(async () => {
    silence();
    await Promise.all(loops);
    await client.close();
  });
  const suspect = (services: Suspicions['services']) => client.transport.json<void>({ method: 'POST', path: agentPaths.suspicions(name), body: { services } });
  const log = async ({ metadata }: Job, offset: number, bytes: Buffer) => {
    const call = { method: 'POST' as const, path: agentPaths.log(metadata.namespace ?? '', metadata.name), query: { offset }, body: bytes, contentType: 'text/plain' };
    await acknowledged(() => client.transport.json(call), ending.signal);
  };
  return { name, silence, log, suspect };
}

async function firstHeartbeat(client: Client, { name, status }: StandInAgentOptions): Promise<HeartbeatRequest> {
  const about = { abilities: ['docker'], engine: `engine-${name}`, host: '127.0.0.1', ...status };
  const beat: HeartbeatRequest = { session: randomUUID(), counter: 1, running: [], status: about };
  await client.transport.json({ method: 'POST', path: agentPaths.heartbeat(name), body: beat });
  return beat;
}

async function keepBeating(client: Client, { name }: StandInAgentOptions, first: HeartbeatRequest, signal: AbortSignal): Promise<void> {
  for (let counter = 2; !signal.aborted; counter++) {
    await delay(heartbeatMs, undefined, { signal }).catch(() => undefined);
    const call = { method: 'POST' as const, path: agentPaths.heartbeat(name), body: { ...first, counter }, signal };
    await client.transport.json(call).catch(() => undefined); // The server may be restarting.
  }
}

async function followJobs(client: Client, options: StandInAgentOptions, session: string, signal: AbortSignal): Promise<void> {
  const events = client.jobs.follow({ fieldSelector: `status.node=${options.name}`, signal });
  for await (const event of events) {
    const jobs = event.type === 'SYNCED' ? event.items : event.type === 'DELETED' ? [] : [event.object];
    for (const job of jobs) if (job.status?.phase === 'Assigned') await perform(client, options, { session, job, signal }).catch(ignoreRefusal);
  }
}

async function perform(client: Client, { onJob = succeed }: StandInAgentOptions, { session, job, signal }: { session: string; job: Job; signal: AbortSignal }): Promise<void> {
  const { namespace = '', name } = job.metadata;
  const post = <T>(path: string, body: object) => acknowledged(() => client.transport.json<T>({ method: 'POST', path, body }), signal);
  const answer = await post<ClaimAnswer>(agentPaths.claim(namespace, name), { epoch: job.status?.epoch, session });
  const end = onJob(job, answer);
  if (end) await post(agentPaths.finish(namespace, name), end);
}

/** As an agent does: what had no answer is said again, and the server takes it once. */
async function acknowledged<T>(say: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await say();
    } catch (error) {
      const away = error instanceof Unreachable || ApiError.is(error, 'ServiceUnavailable');
      if (!away || signal.aborted) throw error;
      await delay(heartbeatMs);
    }
  }
}

function succeed(job: Job): FinishRequest {
  return { phase: 'Succeeded', stages: undefined, ...(job.spec.type === 'Destroy' && { remaining: 0 }) };
}

async function serveChecks(client: Client, options: StandInAgentOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const body = await client.transport.stream({ path: agentPaths.checks(options.name), signal });
      for await (const line of jsonLines<CheckOrder | { id?: undefined }>(body)) if (line.id !== undefined) await answerCheck(client, options, line as CheckOrder).catch(ignoreRefusal);
    } catch {
      await delay(heartbeatMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function answerCheck(client: Client, { name, onCheck = () => ({}) }: StandInAgentOptions, order: CheckOrder): Promise<void> {
  const found = onCheck(order);
  if (!found) return;
  const { epoch, generation } = order.inputs;
  const result: CheckResult = { verdict: 'Compliant', fields: [], epoch, generation, durationMs: 1, ...found };
  await client.transport.json({ method: 'POST', path: agentPaths.checkResult(name, order.id), body: result });
}

/** It lost the job, or nobody waits for the answer any more; or the test is over. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError) && !(error instanceof Unreachable)) throw error;
}
