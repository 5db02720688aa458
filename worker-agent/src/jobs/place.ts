import { join } from 'node:path';
import { errorText } from '@spawnit/contract';
import type { Gate } from '../lease/gate-traffic.js';
import type { ProviderKind } from '../provider/pool.js';
import { startProvider, type ProviderProcess } from '../provider/provider-process.js';
import type { Attachable } from '../provider/reattach.js';
import { runMark } from '../tofu/process-group.js';
import { roomyHeap } from '../tofu/roomy-heap.js';
import type { RunFolder } from '../tofu/run-folders.js';
import type { SharedParts } from './parts.js';

export type PlaceParts = Pick<SharedParts, 'config' | 'folders' | 'gateDir' | 'means' | 'drift'>;

/** Who has a place. */
export interface Holder {
  /** Why nothing may be changed from here; undefined while it may. */
  refusal: () => string | undefined;
  /** A provider that was working has died. */
  onLoss: () => void;
}
const nobody: Holder = { refusal: () => 'SpawnIt: no run has begun here', onLoss: () => undefined };

const startMs = 10_000;

/**
 * Where one run is done: its folder, its gate, and providers that serve no other run. Nothing passes the gate before a run
 * has the place, so it can all be made ahead; its providers reach the engine by this gate alone, and end with the place.
 */
export class Place {
  readonly #providers = new Map<string, Promise<ProviderProcess | undefined>>();
  #ended = false;

  private constructor(
    private readonly parts: PlaceParts,
    readonly folder: RunFolder,
    readonly gate: Gate,
    private readonly held: { by: Holder },
  ) {}

  static async open(parts: PlaceParts): Promise<Place> {
    const folder = await parts.folders.create();
    const held = { by: nobody };
    const gate = await parts.means.openGate({ engine: parts.config.engineSocket, socket: join(parts.gateDir, `${folder.id.slice(0, 8)}.sock`), refusal: () => held.by.refusal() });
    return new Place(parts, folder, gate, held);
  }

  giveTo(holder: Holder): void {
    this.held.by = holder;
  }

  /** Those of these kinds that work; they are started when they are first asked for. One that can't be had is left to tofu. */
  async providers(kinds: readonly ProviderKind[]): Promise<Attachable[]> {
    const found = await Promise.all(kinds.map(async (kind) => ({ kind, process: await this.#provider(kind) })));
    return found.flatMap(({ kind: { address }, process }) => (process === undefined ? [] : [{ address, ...process }]));
  }

  /** Whether all of its providers live. */
  async isSound(): Promise<boolean> {
    const all = await Promise.all(this.#providers.values());
    return !this.#ended && all.every((process) => process !== undefined);
  }

  /** Ends its providers at once; others are not started any more. */
  endProviders(): void {
    this.#ended = true;
    for (const provider of this.#providers.values()) void provider.then((process) => process?.kill());
    this.#providers.clear();
  }

  async close(): Promise<void> {
    this.endProviders();
    await this.gate.close();
    await this.folder.remove();
  }

  async #provider(kind: ProviderKind): Promise<ProviderProcess | undefined> {
    if (this.#ended) return undefined;
    const provider = this.#providers.get(kind.binary) ?? this.#start(kind);
    this.#providers.set(kind.binary, provider);
    return provider;
  }

  async #start(kind: ProviderKind): Promise<ProviderProcess | undefined> {
    const { config, gateDir } = this.parts;
    const env = { ...roomyHeap(kind.binding), ...config.tofuEnvironment.common, DOCKER_HOST: `unix://${this.gate.socket}`, TF_LOG: 'off', [runMark]: this.folder.id };
    try {
      const started = await startProvider({ binary: kind.binary, env, socketDir: gateDir, timeoutMs: startMs });
      if (this.#ended) started.kill();
      void started.ended.then(() => this.#lost(kind, 'it has ended'));
      return started;
    } catch (error) {
      this.#lost(kind, `it could not be started: ${errorText(error)}`);
      return undefined;
    }
  }

  #lost(kind: ProviderKind, why: string): void {
    if (this.#ended) return;
    this.#providers.set(kind.binary, Promise.resolve(undefined));
    this.parts.drift?.failed(kind, why);
    this.held.by.onLoss();
  }
}
