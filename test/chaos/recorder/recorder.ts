import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@spawnit/contract';
import type { Minio, Teardown } from '@spawnit/testkit';
import type { People } from '../people/people.js';
import type { Requests } from '../people/requests.js';
import { Bucket } from './bucket.js';
import { whatIsOpen } from './convergence.js';
import { EngineView } from './engine.js';
import type { Findings } from './findings.js';
import { JobLogs } from './job-logs.js';
import { LogKeeper } from './log-keeper.js';
import { LogReader } from './log-reader.js';
import { OneApplier } from './one-applier.js';
import { Watcher } from './watcher.js';

interface RecorderOptions {
  findings: Findings;
  minio: Minio;
  bucket: string;
  engine: string;
}
interface Scene {
  clients: Client[];
  requests: Requests;
  people: People;
  namespace: string;
}

const lookEveryMs = 200;

/** Sees to the promises, past the product: reads the log from the bucket, listens at the engine, follows watches. */
export class Recorder {
  readonly log: LogKeeper;
  readonly applier: OneApplier;
  readonly engine: EngineView;
  #jobLogs: JobLogs | undefined;
  readonly #reader: LogReader;
  readonly #ending = new AbortController();
  #scene: Scene | undefined;
  #watchers: Watcher[] = [];

  constructor(
    t: Teardown,
    private readonly options: RecorderOptions,
  ) {
    const { findings, minio, bucket, engine } = options;
    this.log = new LogKeeper(findings);
    this.applier = new OneApplier(findings, this.log);
    this.engine = new EngineView(engine);
    const access = new Bucket(minio, bucket);
    this.#reader = new LogReader(access, (commit) => this.log.take(commit));
    const loops = [this.#keepReading(), this.#listen()];
    t.teardown(async () => {
      this.#ending.abort();
      await Promise.all([...loops, ...this.#watchers.map((watcher) => watcher.stop())]);
      await this.#sweep();
      await Promise.all([access.close(), this.engine.close()]);
    });
  }

  begin(scene: Scene): void {
    this.#scene = scene;
    this.#watchers = scene.clients.map((client, i) => new Watcher(`apiserver-${i + 1}`, client));
    const readLog = async (namespace: string, job: string) => {
      const pieces: Buffer[] = [];
      for await (const piece of await scene.clients[0]!.logs(namespace, job)) pieces.push(piece);
      return Buffer.concat(pieces).toString();
    };
    this.#jobLogs = new JobLogs(this.options.findings, readLog);
  }

  get jobLogs(): JobLogs {
    return this.#jobLogs!;
  }

  /** Waits until all is as declared, at most `withinMs` after `since`, and then holds everything seen against the promises. Gives when it was. */
  async settled(since: number, withinMs: number): Promise<number> {
    const open = await this.#until(() => this.#open(), since, withinMs, 'I13');
    const at = performance.now();
    this.applier.judge();
    if (open.length === 0) await this.jobLogs.judge(this.log);
    this.#scene!.requests.judge(this.log);
    return at;
  }

  /** Waits until nothing that carries this cluster's label stands on the engine. */
  async empty(since: number, withinMs: number): Promise<void> {
    const left = async () => (await this.engine.standing(this.log.cluster!)).map(({ kind, name }) => `${kind} ${name} is left`);
    await this.#until(left, since, withinMs, 'I8');
  }

  /** What a person needs who looks into a broken promise; gives the folder. */
  async keep(seed: number, logs: string): Promise<string> {
    const folder = join(tmpdir(), `spawnit-chaos-${seed}-${process.pid}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'timeline.txt'), this.options.findings.timeline.join('\n'));
    writeFileSync(join(folder, 'records.json'), JSON.stringify(Object.fromEntries(this.log.records), null, 1));
    writeFileSync(join(folder, 'engine.json'), JSON.stringify(this.applier.heard, null, 1));
    cpSync(logs, join(folder, 'logs'), { recursive: true });
    return folder;
  }

  async #until(look: () => Promise<string[]>, since: number, withinMs: number, promise: string): Promise<string[]> {
    for (;;) {
      const open = await look().catch((error: unknown) => [String(error)]);
      if (open.length === 0) return [];
      if (performance.now() - since > withinMs) {
        this.options.findings.break(promise, `${withinMs / 1_000} s after the last fault still open: ${open.join('; ')}`);
        return open;
      }
      await delay(lookEveryMs);
    }
  }

  async #open(): Promise<string[]> {
    const { log, options } = this;
    const { people, namespace } = this.#scene!;
    await this.#reader.readOn();
    await this.applier.follow(() => this.#reader.readOn());
    const open = whatIsOpen(log, await this.engine.standing(log.cluster!), people.declared, namespace);
    const behind = this.#watchers.map((watcher) => watcher.compare(log, options.findings)).filter((each) => each !== undefined);
    return [...open, ...behind];
  }

  async #keepReading(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.applier.follow(() => this.#reader.readOn()).catch(() => undefined); // The store is away for a moment.
      await delay(lookEveryMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
    }
  }

  async #listen(): Promise<void> {
    await this.engine.follow(() => this.log.cluster, this.applier, this.#ending.signal).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) throw error;
    });
  }

  /** What a run that failed leaves on the engine. */
  async #sweep(): Promise<void> {
    if (this.log.cluster === undefined) return;
    const rank = { container: 0, volume: 1, network: 2 };
    const left = (await this.engine.standing(this.log.cluster)).sort((a, b) => rank[a.kind] - rank[b.kind]);
    for (const it of left) await this.engine.remove(it);
  }
}
