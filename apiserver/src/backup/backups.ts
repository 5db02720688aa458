import { ApiError, errorText, namespaceKind, type BackupOutcome, type BackupStatus, type BackupSummary, type Resource } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import { clusterId } from '../agent/cluster.js';
import { self } from '../bootstrap.js';
import { recordEvent } from '../resources/events.js';
import { find } from '../resources/records.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import type { ObjectStore } from '../store/object-store.js';
import { openObjectStore } from '../store/store-config.js';
import type { BackupConfig } from './backup-config.js';
import type { Manifest } from './manifest.js';
import { retire } from './retire.js';
import { takeBackup, type Progress } from './take.js';
import { Vault } from './vault.js';

/** How the last attempt of any server ended. */
const outcomeKey = 'meta/backup';

interface Running extends Progress {
  run: string;
  done: number;
  ended: Promise<void>;
}

/** Makes backups, one at a time in this server; several servers may, without harm (retire.ts). */
export class Backups {
  #running: Running | undefined;
  readonly #stopping = new AbortController();
  /** What could not be recorded: the store that a backup is made of is likely away for both. */
  #untold: { outcome: BackupOutcome; after: string | undefined } | undefined;

  constructor(
    private readonly context: ServerContext,
    private readonly config: BackupConfig,
  ) {}

  /** Begins one, unless one is being made; gives the id of its outcome. */
  start(by: string): string {
    if (this.#running) return this.#running.run;
    const run = this.context.random(8).toString('hex');
    this.#running = { run, done: 0, total: 0, bytes: 0, ended: Promise.resolve() };
    this.#running.ended = this.#make(run, by).finally(() => (this.#running = undefined));
    return run;
  }

  /** Gives up the one that is being made: the next one finds what it has copied. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the server is stopping'));
    await this.#running?.ended;
  }

  get last(): BackupOutcome | undefined {
    const told = recorded(this.context.registry.view);
    return this.#untold && this.#untold.after === told?.run ? this.#untold.outcome : told;
  }

  async status(): Promise<BackupStatus> {
    await this.context.registry.sync();
    const { everyMinutes, keep } = this.config;
    const running = this.#running && { run: this.#running.run, done: this.#running.done, total: this.#running.total, bytes: this.#running.bytes };
    const { target, backups } = await this.#withVault(async (vault) => ({ target: vault.store.name, backups: await summaries(vault) }));
    return { target, everyMinutes, keep, ...(running && { running }), ...(this.last && { last: this.last }), backups };
  }

  async #make(run: string, by: string): Promise<void> {
    const { log } = this.context;
    try {
      const manifest = await this.#withVault((vault) => this.#take(vault));
      const { number, sequence, objects, bytes, copied } = manifest;
      log.info({ backup: number, sequence, objects, bytes, copied }, 'backup made');
      await this.#tell({ run, outcome: 'Succeeded', number, time: manifest.time, message: `Backup ${number} holds everything up to sequence ${sequence}.` }, by);
    } catch (error) {
      log.error({ err: error }, 'no backup was made');
      await this.#tell({ run, outcome: 'Failed', time: this.context.now(), message: errorText(error) }, by);
    }
  }

  async #take(vault: Vault): Promise<Manifest> {
    const { registry, objects, log, keys, now } = this.context;
    const onProgress = (progress: Progress) => void Object.assign(this.#running ?? {}, progress);
    const manifest = await takeBackup({ vault, registry, objects, log, now, keyFingerprint: keys.fingerprint, keep: this.config.keep, onProgress, signal: this.#stopping.signal });
    await retire(vault, this.config.keep).catch((error: unknown) => log.warn({ err: error }, 'old backups could not be erased; it is tried again after the next one'));
    return manifest;
  }

  /** A record for who waits and for metrics, and an event for people. */
  async #tell(outcome: BackupOutcome, by: string): Promise<void> {
    const { registry, log, now } = this.context;
    const before = this.last;
    const told = registry.write(by, (view) => {
      const about = find<Resource>(view, namespaceKind, undefined, 'default')!;
      const [reason, type, message] = outcome.outcome === 'Succeeded' ? (['BackupMade', 'Normal', 'The control plane was backed up.'] as const) : (['BackupFailed', 'Warning', outcome.message] as const);
      const event = recordEvent(view, { about, reason, type, message, component: self.name, now: now() });
      return { ops: [{ op: 'put', key: outcomeKey, value: { ...counted(outcome, recorded(view)) } as JsonObject }, ...event], result: undefined };
    });
    await told.catch((error: unknown) => {
      log.warn({ err: error, outcome }, 'how the backup ended could not be recorded');
      this.#untold = { outcome: counted(outcome, before), after: recorded(registry.view)?.run };
    });
  }

  /** Opened anew each time, and so proved each time; where backups go may be out of reach without harm to the server. */
  async #withVault<T>(work: (vault: Vault) => Promise<T>): Promise<T> {
    const store = await openBackupStore(this.config);
    try {
      return await work(new Vault(store, clusterId(this.context)));
    } finally {
      await store.close();
    }
  }
}

/** Throws ServiceUnavailable when no place for backups was given. */
export async function openBackupStore({ store }: BackupConfig): Promise<ObjectStore> {
  if (!store) throw new ApiError('ServiceUnavailable', 'this server was given no place for backups: set SPAWNIT_BACKUP_STORE (docs/backup.md)');
  return openObjectStore(store);
}

function recorded(view: View): BackupOutcome | undefined {
  return view.get(outcomeKey)?.value as BackupOutcome | undefined;
}

/** With how many failed in a row, of any server. */
function counted(outcome: BackupOutcome, before: BackupOutcome | undefined): BackupOutcome {
  return outcome.outcome === 'Failed' ? { ...outcome, failures: (before?.failures ?? 0) + 1 } : outcome;
}

async function summaries(vault: Vault): Promise<BackupSummary[]> {
  const found: BackupSummary[] = [];
  for (const number of await vault.numbers()) {
    const { sequence, time, objects, bytes, copied, keyFingerprint } = await vault.manifest(number);
    found.push({ number, sequence, time, objects, bytes, copied, keyFingerprint });
  }
  return found;
}
