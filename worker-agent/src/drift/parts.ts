import { join } from 'node:path';
import type { Logger } from 'pino';
import { bootClock, type Clock } from '../clock.js';
import type { AgentConfig } from '../config.js';
import type { Gate } from '../lease/gate-traffic.js';
import { ProviderPool, type PoolOptions, type ProviderKind } from '../provider/pool.js';
import type { Call } from '../provider/warm-provider.js';
import { runMark } from '../tofu/process-group.js';
import { roomyHeap } from '../tofu/roomy-heap.js';
import type { RunFolders } from '../tofu/run-folders.js';
import { narrowed } from './narrow.js';
import { openReadGate } from './read-gate.js';
import type { Asking } from './read-through.js';
import { Together } from './together.js';
import { Verdicts } from './verdicts.js';

export interface DriftPartsOptions {
  config: Pick<AgentConfig, 'engineSocket' | 'tofuEnvironment'>;
  folders: RunFolders;
  gateDir: string;
  log: Logger;
  bounds?: PoolOptions['bounds'];
  planEveryMs?: number;
}

/** A failure of a provider is told for so long, and a module that warm providers failed is planned in the usual way. */
const rememberMs = 300_000;

/** What makes drift checks cheap: warm providers, and what full plans have said. */
export class DriftParts {
  readonly #clock: Clock = bootClock();
  readonly #unfit = new Map<string, number>();
  readonly #doubted = new Set<string>();
  #failure: { text: string; at: number } | undefined;
  /** Since when (ISO 8601) there has been a problem, or none; for display. */
  problemSince = new Date().toISOString();
  readonly #log: Logger;
  readonly pool: ProviderPool;
  readonly verdicts: Verdicts;
  readonly asking: Asking = new Together();

  private constructor(
    options: DriftPartsOptions,
    private readonly gate: Gate,
    asked: Set<Call>,
  ) {
    const { config, folders, gateDir, log, bounds, planEveryMs } = options;
    this.#log = log;
    const { common, remote } = config.tofuEnvironment;
    this.pool = new ProviderPool({
      environment: (binding) => ({ ...roomyHeap(binding), ...common, ...(binding === 'Remote' && remote), DOCKER_HOST: `unix://${gate.socket}`, TF_LOG: 'off', [runMark]: folders.warmMark }),
      socketDir: gateDir,
      // How long one was idle does not hang on whether the machine was asleep.
      clock: () => performance.now(),
      asked,
      bounds,
      onFailure: (kind, { message }) => this.failed(kind, message),
    });
    this.verdicts = new Verdicts({ clock: this.#clock, random: Math.random, planEveryMs });
  }

  static async open(options: DriftPartsOptions): Promise<DriftParts> {
    const asked = new Set<Call>();
    // What is warm serves many runs, and no lease: so it can't change anything, ever.
    const gate = await openReadGate({ engine: options.config.engineSocket, socket: join(options.gateDir, 'reads.sock'), narrow: (target) => narrowed(target, asked) });
    return new DriftParts(options, gate, asked);
  }

  /** A provider that was to be warm can't be had, or went wrong. */
  failed({ address }: Pick<ProviderKind, 'address'>, why: string): void {
    this.#tell(`${address}: ${why}`);
    this.#log.warn({ provider: address, why }, 'a warm provider failed; tofu starts its own until it works again');
  }

  /** How many requests of warm providers the engine has not answered. */
  get unanswered(): number {
    return this.gate.unanswered;
  }

  /** What a provider last did wrong, for a while. */
  get problem(): string | undefined {
    if (this.#failure !== undefined && this.#clock() - this.#failure.at >= rememberMs) {
      this.#failure = undefined;
      this.problemSince = new Date().toISOString();
    }
    return this.#failure?.text;
  }

  /** Whether plans of a module may go through warm providers. */
  maySpareStart(module: string): boolean {
    const since = this.#unfit.get(module);
    return this.verdicts.trusts(module) && (since === undefined || this.#clock() - since > rememberMs);
  }

  /** Whether warm providers have just failed a module: another plan is tried with them, but no job. */
  doubts(module: string): boolean {
    return this.#doubted.has(module);
  }

  /** Whether warm providers could plan it; if not, a usual run could. Once that may be chance, as when something goes while it is read. */
  planned(module: string, warm: boolean): void {
    const again = this.#doubted.delete(module);
    if (warm) return;
    if (again) return this.unfit(module);
    this.#doubted.add(module);
    this.#tellOf(module);
  }

  /** Warm providers do not do for it. */
  unfit(module: string): void {
    const now = this.#clock();
    for (const [old, since] of this.#unfit) if (now - since > rememberMs) this.#unfit.delete(old);
    this.#unfit.set(module, now);
    this.#tellOf(module);
  }

  #tellOf(module: string): void {
    if (this.problem === undefined) this.#tell(`warm providers failed at module ${module.slice(0, 20)}…, which a usual run could plan`);
  }

  #tell(text: string): void {
    if (this.problem === undefined) this.problemSince = new Date().toISOString();
    this.#failure = { text, at: this.#clock() };
  }

  async close(): Promise<void> {
    this.pool.close();
    await this.gate.close();
  }
}
