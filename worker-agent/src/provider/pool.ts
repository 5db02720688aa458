import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { fingerprint, hasErrors } from './fingerprint.js';
import { ProviderFailure, WarmProvider, type Call } from './warm-provider.js';

/** Which provider: equal ones may share a process, when they are configured alike. */
export interface ProviderKind {
  /** As in TF_REATTACH_PROVIDERS: `registry.opentofu.org/kreuzwerker/docker`. */
  address: string;
  binary: string;
  /** What its processes are given besides; with it goes what they may reach. */
  binding: 'Engine' | 'Remote';
}

export interface PoolOptions {
  environment: (binding: ProviderKind['binding']) => Record<string, string>;
  socketDir: string;
  clock: Clock;
  onFailure: (kind: ProviderKind, failure: ProviderFailure) => void;
  /** Holds at each moment what all of them are being asked. */
  asked?: Set<Call>;
  bounds?: Partial<typeof defaultBounds>;
}

/** In ms and bytes. A provider that fails is left alone for `restMs` · 2ⁿ, at most `longestRestMs`. */
const defaultBounds = { startMs: 10_000, callMs: 10_000, idleMs: 300_000, ageMs: 600_000, lingerMs: 60_000, residentBytes: 512 * 1024 ** 2, lookMs: 5_000, restMs: 1_000, longestRestMs: 300_000 };

interface Group {
  /** By the hash of the request that configured it. */
  configured: Map<string, Promise<Configured>>;
  /** Not configured yet. */
  blank: Promise<WarmProvider> | undefined;
  /** Answers that are the same for all of its processes. */
  constants: Map<string, Buffer>;
  protocol: number | undefined;
  failures: number;
  restUntil: number;
}

export interface Configured {
  provider: WarmProvider;
  answer: Buffer;
  /** The answer's fingerprint. */
  print: string;
}

/** One process for each provider binary, binding and configuration: started when first asked for, ended when idle, large or broken. */
export class ProviderPool {
  readonly #groups = new Map<string, Group>();
  readonly #all = new Set<WarmProvider>();
  readonly #bounds: typeof defaultBounds;
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly options: PoolOptions) {
    this.#bounds = { ...defaultBounds, ...options.bounds };
    this.#timer = setInterval(() => this.look(), this.#bounds.lookMs);
    this.#timer.unref();
  }

  /** Calls any process of the kind, for what does not hang on its configuration. */
  async call(kind: ProviderKind, method: string, message: Buffer): Promise<Buffer> {
    return this.#using(await this.#anyOf(kind), (provider) => provider.call(method, message));
  }

  /** 5 or 6. */
  async protocolOf(kind: ProviderKind): Promise<number> {
    const group = this.#groupOf(kind);
    return (group.protocol ??= (await this.#anyOf(kind)).process.protocol);
  }

  /** Asks only once for what is the same at all times. */
  async constant(kind: ProviderKind, method: string, message: Buffer): Promise<Buffer> {
    const { constants } = this.#groupOf(kind);
    const key = `${method} ${message.toString('base64')}`;
    const answer = constants.get(key) ?? (await this.call(kind, method, message));
    constants.set(key, answer);
    return answer;
  }

  /** A process that has been configured by just this request, and what it answered to it; not kept when it found errors. */
  async configured(kind: ProviderKind, method: string, request: Buffer): Promise<Configured> {
    const group = this.#groupOf(kind);
    const key = createHash('sha256').update(request).digest('base64');
    const known = group.configured.get(key);
    if (known !== undefined && !(await known.then(({ provider }) => provider.retired, () => true))) return known;
    if (known !== undefined && group.configured.get(key) === known) group.configured.delete(key);
    const found = group.configured.get(key) ?? this.#configure(kind, group, method, request);
    group.configured.set(key, found);
    found.then(({ answer, provider }) => hasErrors(answer) && this.#drop(group, key, provider), () => this.#forget(group, key, found)).catch(() => undefined);
    return found;
  }

  /** For the time of the work the process is not ended for being idle or large. */
  async use<T>({ provider }: Configured, work: (provider: WarmProvider) => Promise<T>): Promise<T> {
    return this.#using(provider, work);
  }

  /** Ends what is idle, and gives nothing more to what has grown too large or was configured long ago: files that it then read, as with credentials or another host, may have changed. */
  look(): void {
    const { clock } = this.options;
    for (const provider of this.#all) {
      const isOld = clock() - provider.startedAt > this.#bounds.ageMs;
      if (provider.process.residentBytes() > this.#bounds.residentBytes) this.#retire(provider);
      if (isOld) this.#giveToNobody(provider);
      // A plan that has it may be between two calls.
      if (provider.users === 0 && clock() - provider.usedAt > (isOld ? this.#bounds.lingerMs : this.#bounds.idleMs)) provider.end();
      if (provider.retired) this.#all.delete(provider);
    }
    for (const group of this.#groups.values()) for (const [key, found] of group.configured) void this.#forgetRetired(group, key, found);
  }

  async #forgetRetired(group: Group, key: string, found: Promise<Configured>): Promise<void> {
    if (await found.then(({ provider }) => provider.retired, () => true)) this.#forget(group, key, found);
  }

  /** Gives nobody these any more: they could not do what others of their kind can, as one whose session has run out. */
  renew(used: Iterable<Configured>): void {
    for (const { provider } of used) this.#retire(provider);
  }

  get processes(): number[] {
    return [...this.#all].filter((provider) => !provider.retired).map((provider) => provider.process.pid);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const provider of this.#all) provider.end();
  }

  async #using<T>(provider: WarmProvider, work: (provider: WarmProvider) => Promise<T>): Promise<T> {
    provider.users += 1;
    try {
      return await work(provider);
    } finally {
      provider.users -= 1;
      provider.usedAt = this.options.clock();
    }
  }

  async #configure(kind: ProviderKind, group: Group, method: string, request: Buffer): Promise<Configured> {
    const provider = await this.#takeBlank(kind, group);
    const answer = await this.#using(provider, () => provider.call(method, request));
    group.failures = 0;
    return { provider, answer, print: fingerprint(answer) };
  }

  /** The one that waits to be configured, which from then on is no blank one any more. It may have been ended for being idle. */
  async #takeBlank(kind: ProviderKind, group: Group): Promise<WarmProvider> {
    const { blank } = group;
    group.blank = undefined;
    const waiting = await blank;
    return waiting === undefined || waiting.retired ? this.#start(kind, group) : waiting;
  }

  async #anyOf(kind: ProviderKind): Promise<WarmProvider> {
    const group = this.#groupOf(kind);
    const settled = await Promise.all([...group.configured.values(), group.blank].map((each) => each?.then((found) => ('provider' in found ? found.provider : found)).catch(() => undefined)));
    const living = settled.find((provider) => provider !== undefined && !provider.retired);
    if (living !== undefined) return living;
    const started = (group.blank = this.#start(kind, group));
    started.catch(() => group.blank === started && (group.blank = undefined));
    return started;
  }

  async #start(kind: ProviderKind, group: Group): Promise<WarmProvider> {
    const { clock, environment, socketDir, asked = new Set() } = this.options;
    const { startMs, callMs } = this.#bounds;
    if (clock() < group.restUntil) throw new ProviderFailure('it has failed and is left alone for a while');
    const onFailure = (failure: ProviderFailure) => this.#failed(kind, group, failure);
    try {
      const provider = await WarmProvider.start({ binary: kind.binary, env: environment(kind.binding), socketDir, timeoutMs: startMs, callMs, onFailure, asked });
      provider.usedAt = provider.startedAt = clock();
      this.#all.add(provider);
      return provider;
    } catch (error) {
      onFailure(error as ProviderFailure);
      throw error;
    }
  }

  #failed(kind: ProviderKind, group: Group, failure: ProviderFailure): void {
    const { restMs, longestRestMs } = this.#bounds;
    group.restUntil = this.options.clock() + Math.min(longestRestMs, restMs * 2 ** group.failures);
    group.failures += 1;
    group.blank = undefined;
    this.options.onFailure(kind, failure);
  }

  #retire(provider: WarmProvider): void {
    this.#giveToNobody(provider);
    if (provider.users === 0) provider.end();
  }

  #giveToNobody(provider: WarmProvider): void {
    for (const group of this.#groups.values()) {
      for (const [key, each] of group.configured) void each.then((found) => found.provider === provider && this.#forget(group, key, each)).catch(() => undefined);
      void group.blank?.then((blank) => blank === provider && (group.blank = undefined)).catch(() => undefined);
    }
  }

  #drop(group: Group, key: string, provider: WarmProvider): void {
    group.configured.delete(key);
    provider.end();
  }

  #forget(group: Group, key: string, configured: Promise<Configured>): void {
    if (group.configured.get(key) === configured) group.configured.delete(key);
  }

  #groupOf({ binary, binding }: ProviderKind): Group {
    const key = `${binding} ${binary}`;
    const group = this.#groups.get(key) ?? { configured: new Map(), blank: undefined, constants: new Map(), protocol: undefined, failures: 0, restUntil: -Infinity };
    this.#groups.set(key, group);
    return group;
  }
}
