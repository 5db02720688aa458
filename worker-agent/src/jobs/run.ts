import { randomBytes } from 'node:crypto';
import type { RunInputs } from '@spawnit/contract';
import type { Engine } from '../docker/engine.js';
import { fail } from '../errors/causes.js';
import type { ProviderKind } from '../provider/pool.js';
import { reattachEnvironment } from '../provider/reattach.js';
import { tofuEnvironment } from '../tofu/environment.js';
import type { TofuMessage } from '../tofu/messages.js';
import type { RunFolder } from '../tofu/run-folders.js';
import { isBrokenOff } from '../tofu/broken-off.js';
import type { TofuExit, TofuProcess } from '../tofu/run.js';
import type { NodeParts } from './parts.js';
import { Place } from './place.js';

/** Why a run was made to end. A revoked one is not reported by us. */
export type EndReason = 'Cancelled' | 'LeaseLost' | 'Revoked' | 'Shutdown';

/** One run of tofu for one service at one epoch: its gate, its folder, its processes. */
export class Run {
  ended: EndReason | undefined;
  /** Of the providers that its tofu comes to, where they can be had, instead of starting its own. */
  kinds: readonly ProviderKind[] = [];
  /** What an apply of it has made may be in no state: it was ended by force, and its calls passed no gate. */
  brokenOff = false;
  #killed = false;
  /** Of the plans that this run saves: never on a disk. */
  readonly #planKey = randomBytes(32);
  #processes = new Set<TofuProcess>();

  private constructor(
    private readonly parts: NodeParts,
    private readonly inputs: RunInputs,
    private readonly place: Place,
    /** The engine, through the gate. */
    readonly engine: Engine,
    private readonly onOutput: (text: Buffer) => void,
  ) {}

  /** In a place that was made ahead, or else in one made now. */
  static async open(parts: NodeParts, inputs: RunInputs, onOutput: (text: Buffer) => void, ahead?: Place): Promise<Run> {
    const place = ahead ?? (await Place.open(parts));
    const run = new Run(parts, inputs, place, parts.means.engineAt(place.gate.socket), onOutput);
    place.giveTo({ refusal: () => run.refusal(), onLoss: () => parts.drift?.unfit(inputs.module) });
    return run;
  }

  /** How many of its requests the engine has not answered. */
  get unanswered(): number {
    return this.place.gate.unanswered;
  }

  get folder(): RunFolder {
    return this.place.folder;
  }

  /** Why nothing may be changed (any more); undefined while it may. */
  refusal(): string | undefined {
    if (this.#killed) return `SpawnIt: this run was ended (${this.ended})`;
    return this.parts.lease.holds() ? undefined : 'SpawnIt: the lease of this node is over, so it changes nothing';
  }

  /** Starts tofu and waits for its end. A run that was ended before starts nothing any more. */
  async tofu(args: string[], cwd: string, options: { onMessages?: (messages: TofuMessage[]) => void; onStdout?: (text: Buffer) => void; env?: Record<string, string> } = {}): Promise<TofuExit> {
    this.mustGoOn();
    const { settings, config, means } = this.parts;
    // `init` would leave out what it need not start.
    const providers = args[0] === 'init' ? [] : await this.place.providers(this.kinds);
    const unseen = this.#passesNoGate(args);
    const makes = unseen && args[0] === 'apply';
    if (makes) await this.#noteApply(true);
    this.mustGoOn();
    const run = { id: this.folder.id, dockerHost: `unix://${this.place.gate.socket}`, planKey: this.#planKey };
    const env = { ...tofuEnvironment(settings, this.inputs, run), ...reattachEnvironment(providers), ...options.env };
    const tofu = means.startTofu({ tofu: settings.tofu, args, cwd, folder: this.folder.path, onOutput: this.onOutput, ...options, env, times: config.times, leaseFile: unseen ? this.parts.leaseFile?.path : undefined });
    this.#processes.add(tofu);
    try {
      const exit = await tofu.exit;
      // Its providers may still do what a tofu that was killed has asked them for.
      if (exit.code === undefined) this.place.endProviders();
      if (makes) await this.#noteApply((this.brokenOff ||= isBrokenOff(exit)));
      return exit;
    } finally {
      this.#processes.delete(tofu);
    }
  }

  /** What reaches the engine through the gate is stopped there; a remote provider's calls are not seen here. */
  #passesNoGate([verb = '']: string[]): boolean {
    return this.inputs.binding === 'Remote' && (verb === 'apply' || verb === 'destroy');
  }

  /** On the disk before it begins, so that it is known of one that is killed with its agent. */
  async #noteApply(open: boolean): Promise<void> {
    const { epoch, root, serviceUid, state: { address, username, password } } = this.inputs; // prettier-ignore
    await this.parts.workdirs.noteRun(serviceUid, { epoch, root, state: { address, username, password }, applying: open || this.brokenOff });
  }

  /** Throws a coded failure when the run was ended: between two steps nothing more is begun. */
  mustGoOn(): void {
    if (this.ended === 'Cancelled') fail('Cancelled', 'the job was cancelled');
    if (this.ended !== undefined) fail('LeaseLost', `the run was ended: ${this.ended}`);
  }

  /** A graceful end: tofu finishes what it has in hand and saves its state. */
  stop(why: EndReason): void {
    this.ended ??= why;
    for (const tofu of this.#processes) tofu.stop();
  }

  /** What has been under way at the engine is broken off. */
  shut(): void {
    this.place.gate.cut();
  }

  /** The end at once, of the whole process group and of its providers. */
  kill(why: EndReason): void {
    this.ended = this.ended === undefined || why === 'Revoked' ? why : this.ended;
    this.#killed = true;
    this.place.gate.cut();
    for (const tofu of this.#processes) tofu.kill();
    this.place.endProviders();
  }

  async close(): Promise<void> {
    for (const tofu of this.#processes) tofu.kill();
    await this.engine.close();
    await this.place.close();
  }
}
