import { setTimeout as delay } from 'node:timers/promises';
import { agentPaths, ApiError, ClaimAnswer, isTerminal, type Job } from '@spawnit/contract';
import type { LeasePhase } from '../lease/lease.js';
import { ClaimPauses } from './claim-pauses.js';
import { execute } from './execute.js';
import { forgetState } from './left-state.js';
import type { NodeParts } from './parts.js';
import { isFinal, type Reporter } from './reporter.js';
import type { EndReason, Run } from './run.js';
import type { ServiceLocks } from './service-locks.js';

/** Before a job that could not be worked on is taken up again. */
const afterTroubleMs = 1_000;

interface Active {
  job: Job;
  run?: Run;
  /** Asked to end before there was a run to end. */
  end?: { why: EndReason; force: boolean };
  done: Promise<void>;
}

/**
 * The node's jobs: what the API says is this node's and isn't run yet is claimed and run, one at a time for a service, as many
 * as there are slots. Level-triggered: `see` and `consider` may be called any number of times.
 */
export class JobRunner {
  readonly #jobs = new Map<string, Job>();
  readonly #active = new Map<string, Active>();
  /** Version of a job whose claim was refused: it is not asked for again until it changes. */
  readonly #refused = new Map<string, string>();
  readonly #pauses = new ClaimPauses(() => this.consider());
  /** Claims that were sent, of any job. */
  #claims = 0;
  #closed = false;

  constructor(
    private readonly parts: NodeParts,
    private readonly reporter: Reporter,
    private readonly locks: ServiceLocks,
    private readonly session: string,
    /** False while something must be done first, such as removing what has moved away. */
    private readonly mayStart: () => boolean,
  ) {}

  /** The complete list of jobs on this node. */
  sync(jobs: readonly Job[]): void {
    this.#jobs.clear();
    for (const job of jobs) this.#jobs.set(keyOf(job), job);
    for (const key of this.#refused.keys()) if (!this.#jobs.has(key)) this.#refused.delete(key);
    this.#pauses.keepOnly(this.#jobs);
    for (const job of jobs) this.#cancelIfAsked(job);
    this.consider();
  }

  see(type: 'ADDED' | 'MODIFIED' | 'DELETED', job: Job): void {
    if (type === 'DELETED') this.#forget(keyOf(job));
    else this.#jobs.set(keyOf(job), job);
    this.#cancelIfAsked(job);
    this.consider();
  }

  /** `namespace/name` of everything that this agent answers for: run, or not yet reported. */
  running(): string[] {
    return [...new Set([...this.#active.keys(), ...this.reporter.pending()])];
  }

  /** Starts what may be started now. */
  consider(): void {
    if (this.#closed || !this.mayStart() || this.parts.lease.phase !== 'held') return;
    const waiting = [...this.#jobs.values()].filter((job) => this.#isOurs(job)).sort(byAssignment);
    for (const job of waiting) {
      if (this.#active.size >= this.parts.config.slots) return;
      const release = this.locks.takeForJob(job.spec.serviceUid);
      if (release !== undefined) this.#start(job, release);
    }
  }

  cancel(keys: readonly string[]): void {
    for (const key of keys) this.#end(key, 'Cancelled', false);
  }

  /** These are not ours any more: stopped at once, never reported. Never rejects: what a disk refuses is told again with the next heartbeat. */
  async revoke(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#end(key, 'Revoked', true);
    for (const key of keys) await this.reporter.revoke(key).catch((error: unknown) => this.parts.log.error({ job: key, err: error }, 'what is no longer ours could not be let go of'));
  }

  /** What the lease demands of everything that runs. */
  leaseIs(phase: LeasePhase): void {
    for (const [key, { run }] of this.#active) {
      if (phase === 'stopping') this.#end(key, 'LeaseLost', false);
      if (phase === 'shut') run?.shut();
      if (phase === 'over') this.#end(key, 'LeaseLost', true);
    }
  }

  revokeAll(): Promise<void> {
    return this.revoke(this.running());
  }

  /** Ends all runs gracefully, after `ms` by force. Their results are reported, now or by the next agent of this node. */
  async close(ms: number): Promise<void> {
    this.#closed = true;
    for (const key of this.#active.keys()) this.#end(key, 'Shutdown', false);
    const force = setTimeout(() => {
      for (const key of this.#active.keys()) this.#end(key, 'Shutdown', true);
    }, ms);
    await Promise.all([...this.#active.values()].map(({ done }) => done));
    clearTimeout(force);
  }

  #forget(key: string): void {
    this.#jobs.delete(key);
    this.#refused.delete(key);
    this.#pauses.forget(key);
  }

  #isOurs(job: Job): boolean {
    const { phase, node } = job.status ?? {};
    const key = keyOf(job);
    if (node !== this.parts.config.node || isTerminal(phase) || (phase !== 'Assigned' && phase !== 'Running')) return false;
    if (this.#active.has(key) || this.reporter.has(key) || this.#pauses.rests(key)) return false;
    return this.#refused.get(key) !== job.metadata.resourceVersion;
  }

  #start(job: Job, release: () => void): void {
    const key = keyOf(job);
    const active: Active = { job, done: Promise.resolve() };
    this.#active.set(key, active);
    this.parts.load.jobs = this.#active.size;
    active.done = this.#work(job, active)
      .catch((error: unknown) => {
        this.parts.log.error({ job: key, err: error, againInMs: afterTroubleMs }, 'a job was given up');
        return delay(afterTroubleMs);
      })
      .finally(() => {
        this.#active.delete(key);
        this.parts.load.jobs = this.#active.size;
        release();
        this.consider();
      });
  }

  async #work(job: Job, active: Active): Promise<void> {
    const { namespace = '', name } = job.metadata;
    const claim = await this.#claim(job);
    if (claim === undefined) return;
    const log = this.parts.log.child({ job: keyOf(job), service: claim.inputs.service, epoch: claim.inputs.epoch });
    log.info({ type: claim.type }, 'job started');
    const entry = await execute(this.parts, { namespace, job: name, claim }, (run) => {
      active.run = run;
      if (active.end !== undefined) this.#end(keyOf(job), active.end.why, active.end.force);
    });
    if (entry !== undefined) await this.reporter.add(entry);
    if (entry?.state !== undefined) await forgetState(this.parts, claim);
    log.info({ phase: entry?.finish?.phase, error: entry?.finish?.error?.summary, cause: entry?.finish?.error?.cause }, entry?.finish === undefined ? 'job left to others' : 'job ended');
  }

  async #claim(job: Job): Promise<ClaimAnswer | undefined> {
    const { namespace = '', name, resourceVersion = '' } = job.metadata;
    const body = { epoch: job.status?.epoch ?? 0, session: this.session, attempt: ++this.#claims };
    const key = keyOf(job);
    try {
      const answer = ClaimAnswer.parse(await this.parts.transport().json({ method: 'POST', path: agentPaths.claim(namespace, name), body }));
      this.#pauses.forget(key);
      return answer;
    } catch (error) {
      const againInMs = isFinal(error) ? undefined : this.#pauses.begin(key);
      if (isFinal(error)) this.#refused.set(key, resourceVersion);
      this.parts.log.warn({ job: key, reason: error instanceof ApiError ? error.code : undefined, err: error, againInMs }, 'claim failed');
      return undefined;
    }
  }

  #cancelIfAsked(job: Job): void {
    if (job.spec.cancel) this.#end(keyOf(job), 'Cancelled', false);
  }

  #end(key: string, why: EndReason, force: boolean): void {
    const active = this.#active.get(key);
    if (active === undefined) return;
    if (active.run === undefined) active.end = { why, force };
    else if (force) active.run.kill(why);
    else active.run.stop(why);
  }
}

function keyOf(job: Job): string {
  return `${job.metadata.namespace}/${job.metadata.name}`;
}

function byAssignment(a: Job, b: Job): number {
  const [x, y] = [a.status?.assignedTime ?? '', b.status?.assignedTime ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}
