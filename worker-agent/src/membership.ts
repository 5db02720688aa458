import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { agentPaths, ApiError, Client, Inventory } from '@spawnit/contract';
import type { Credential } from './credential.js';
import { sweepEngine } from './docker/sweep.js';
import { serveChecks } from './drift/checks.js';
import { followEngine } from './drift/suspects.js';
import { letGo } from './jobs/left-state.js';
import type { NodeParts, SharedParts } from './jobs/parts.js';
import { Reporter } from './jobs/reporter.js';
import { JobRunner } from './jobs/runner.js';
import { ServiceLocks } from './jobs/service-locks.js';
import type { Spool } from './jobs/spool.js';
import { heartbeats } from './lease/heartbeat.js';
import { Lease, type LeasePhase } from './lease/lease.js';
import { nodeReport } from './node-report.js';

export interface MembershipOptions {
  parts: SharedParts;
  credential: Credential;
  keepCredential: (credential: Credential) => Promise<void>;
  spool: Spool;
  tofuVersion: string;
  signal: AbortSignal;
}
/** Why a membership ended: the agent stops, the apiserver does not know this node any more, or another agent is this node now. */
export type MembershipEnd = 'Stopped' | 'Rejected' | 'Replaced';

const shutdownMs = 8_000;
/** For results that can still be handed in at the end; the others are on disk. */
const lastWordsMs = 2_000;
/** Of heartbeats that fail in a row the first is logged, and then each of so many. */
const logEachUnheard = 60;

/** A node's life from its credential to its end: heartbeats, jobs, checks, sweeps. */
export async function live(options: MembershipOptions): Promise<MembershipEnd> {
  return new Membership(options).live();
}

class Membership {
  readonly #client: Client;
  readonly #parts: NodeParts;
  readonly #reporter: Reporter;
  readonly #runner: JobRunner;
  readonly #locks = new ServiceLocks();
  readonly #session = randomUUID();
  readonly #rejected = new AbortController();
  readonly #signal: AbortSignal;
  #phase: LeasePhase = 'over';
  /** What has moved away must go before anything else is done: at the start, and after each time without a lease. */
  #swept = false;
  #replaced = false;
  /** Heartbeats in a row that nobody acknowledged. */
  #unheard = 0;
  #sweeping: Promise<void> | undefined;

  constructor(private readonly options: MembershipOptions) {
    const { credential, parts } = options;
    this.#client = new Client({ server: parts.config.server, token: credential.token, userAgent: 'spawnit-agent', request: parts.means.request });
    const transport = () => this.#client.transport;
    const { dataDir, times } = parts.config;
    // The server may have given the node another name than was asked for.
    const config = { ...parts.config, node: credential.node };
    this.#parts = { ...parts, config, transport, lease: new Lease(times, parts.means.clock()), leaseFile: parts.means.leaseFile?.(parts.gateDir), bundles: parts.means.bundles(dataDir, transport) };
    this.#reporter = new Reporter(options.spool, this.#parts.transport, parts.log, parts.load);
    this.#signal = AbortSignal.any([options.signal, this.#rejected.signal]);
    const mayStart = () => this.#parts.disk.level !== 'Full' && (this.#swept || !this.#parts.engine.reachable);
    this.#runner = new JobRunner(this.#parts, this.#reporter, this.#locks, this.#session, mayStart);
    this.#locks.onRelease.add(() => this.#runner.consider());
  }

  async live(): Promise<MembershipEnd> {
    await this.#reporter.takeUp();
    // Before the first heartbeat: with that, a new session, the server gives up what the last one has not reported.
    await this.#reporter.flush();
    const guard = setInterval(() => this.#watchLease(), 100);
    const sweeps = setInterval(() => void this.#sweep(), this.#parts.config.times.sweepMs);
    const checks = serveChecks({ parts: this.#parts, locks: this.#locks, plans: this.#parts.config.slots, signal: this.#signal });
    const events = this.#parts.drift && followEngine(this.#parts, this.#locks, this.#signal);
    await Promise.all([this.#heartbeats(), this.#followJobs(), checks, events, this.#end()]);
    clearInterval(guard);
    clearInterval(sweeps);
    await Promise.race([Promise.all([this.#sweeping, this.#reporter.flush()]), delay(lastWordsMs, undefined, { ref: false })]);
    await this.#client.close();
    if (this.#replaced) return 'Replaced';
    return this.options.signal.aborted ? 'Stopped' : 'Rejected';
  }

  #heartbeats(): Promise<void> {
    const { config, lease } = this.#parts;
    return heartbeats({
      transport: this.#parts.transport,
      node: config.node,
      session: this.#session,
      lease,
      signal: this.#signal,
      report: () => ({ running: this.#runner.running().slice(0, 200), status: nodeReport(config, this.#parts, this.options.tofuVersion) }),
      onAnswer: ({ revoked, cancel, token }) => {
        if (this.#unheard > 0) this.#parts.log.info({ missed: this.#unheard }, 'heartbeat acknowledged again');
        this.#unheard = 0;
        this.#parts.leaseFile?.write(this.#parts.lease);
        if (token !== undefined) this.#useToken(token);
        this.#runner.cancel(cancel);
        void this.#runner.revoke(revoked);
        this.#watchLease();
        void this.#reporter.flush();
        if (!this.#swept) void this.#sweep();
        this.#runner.consider();
      },
      onFailure: (error) => this.#heartbeatFailed(error),
    });
  }

  /** The one before is good for a while only. */
  #useToken(token: string): void {
    const { credential, keepCredential } = this.options;
    this.#client.transport.options.token = token;
    credential.token = token;
    keepCredential(credential).catch((error: unknown) => this.#parts.log.warn({ err: error }, 'the new token of this node could not be kept'));
  }

  #heartbeatFailed(error: unknown): void {
    if (this.#unheard++ % logEachUnheard === 0) this.#parts.log.warn({ err: error, inARow: this.#unheard }, 'heartbeat not acknowledged');
    // Only the apiserver can say that the node is another's: what stands in between, and has none to hand on to, says such things too.
    if (!ApiError.is(error, 'Unauthorized', 'Forbidden', 'NotFound', 'Conflict') || error.details.foreign) return;
    this.#replaced = ApiError.is(error, 'Conflict');
    this.#parts.lease.end();
    this.#parts.leaseFile?.write(this.#parts.lease);
    this.#rejected.abort();
  }

  #watchLease(): void {
    const phase = this.#parts.lease.phase;
    this.#parts.load.leaseHeld = phase === 'held';
    if (phase === this.#phase) return;
    this.#parts.log[phase === 'held' ? 'info' : 'warn']({ from: this.#phase, to: phase }, 'lease');
    this.#phase = phase;
    // Who was out for so long may have been given up: what moved meanwhile goes first.
    if (phase === 'shut' || phase === 'over') this.#swept = false;
    this.#runner.leaseIs(phase);
  }

  async #followJobs(): Promise<void> {
    const onBreak = (error: unknown) => this.#parts.log.debug({ err: error }, 'watch of jobs broken');
    const events = this.#client.jobs.follow({ fieldSelector: `status.node=${this.#parts.config.node}`, signal: this.#signal, onBreak });
    for await (const event of events) {
      if (event.type === 'SYNCED') this.#runner.sync(event.items);
      else this.#runner.see(event.type, event.object);
    }
  }

  /** One sweep at a time. A failure is no reason to stop: the next comes soon. */
  #sweep(): Promise<void> {
    return (this.#sweeping ??= this.#sweepNow()
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'sweep failed'))
      .finally(() => (this.#sweeping = undefined)));
  }

  async #sweepNow(): Promise<void> {
    const { engine, lease, config, log, workdirs, disk } = this.#parts;
    if (!engine.reachable || engine.info === undefined || !lease.holds()) return;
    const inventory = await sweepEngine({
      engine: engine.engine,
      engineId: engine.info.ID,
      inventory: async () => Inventory.parse(await this.#client.transport.json({ path: agentPaths.inventory(config.node) })),
      mayChange: () => lease.holds(),
      onRemoved: ({ kind, name }) => log.info({ kind, name }, 'removed what has moved away'),
      onKept: ({ kind, name }, err) => log.warn({ kind, name, err }, 'what has moved away could not be removed; it is tried again'),
    });
    if (inventory === undefined) return;
    const known = new Set(inventory.uids);
    for (const uid of await workdirs.list()) {
      if (known.has(uid) && disk.level === 'Room') continue;
      const release = this.#locks.takeForCheck(uid, () => undefined);
      const keep = (err: unknown) => log.warn({ service: uid, err }, 'a workdir could not be let go of; it is tried again');
      if (release !== undefined) await (known.has(uid) ? workdirs.shed(uid) : letGo(this.#parts, uid)).catch(keep).finally(release);
    }
    this.#swept = true;
    this.#runner.consider();
  }

  async #end(): Promise<void> {
    await new Promise((resolve) => (this.#signal.aborted ? resolve(undefined) : this.#signal.addEventListener('abort', resolve, { once: true })));
    if (this.#rejected.signal.aborted) await this.#runner.revokeAll();
    await this.#runner.close(shutdownMs);
  }
}
