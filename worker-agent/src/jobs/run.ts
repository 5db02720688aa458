import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RunInputs } from '@spawnit/contract';
import type { Engine } from '../docker/engine.js';
import { fail } from '../errors/causes.js';
import type { Gate } from '../lease/gate.js';
import { tofuEnvironment } from '../tofu/environment.js';
import type { TofuMessage } from '../tofu/messages.js';
import type { RunFolder } from '../tofu/run-folders.js';
import type { TofuExit, TofuProcess } from '../tofu/run.js';
import type { NodeParts } from './parts.js';

/** Why a run was made to end. A revoked one is not reported by us. */
export type EndReason = 'Cancelled' | 'LeaseLost' | 'Revoked' | 'Shutdown';

/** One run of tofu for one service at one epoch: its gate, its folder, its processes. */
export class Run {
  ended: EndReason | undefined;
  #killed = false;
  /** Of the plans that this run saves: never on a disk. */
  readonly #planKey = randomBytes(32).toString('hex');
  #processes = new Set<TofuProcess>();

  private constructor(
    private readonly parts: NodeParts,
    private readonly inputs: RunInputs,
    readonly folder: RunFolder,
    private readonly gate: Gate,
    /** The engine, through the gate. */
    readonly engine: Engine,
    private readonly onOutput: (text: Buffer) => void,
  ) {}

  static async open(parts: NodeParts, inputs: RunInputs, onOutput: (text: Buffer) => void): Promise<Run> {
    const folder = await parts.folders.create();
    const holder: { run?: Run } = {};
    const refusal = () => holder.run?.refusal();
    const gate = await parts.means.openGate({ engine: parts.config.engineSocket, socket: join(parts.gateDir, `${folder.id.slice(0, 8)}.sock`), refusal });
    return (holder.run = new Run(parts, inputs, folder, gate, parts.means.engineAt(gate.socket), onOutput));
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
    const env = { ...tofuEnvironment(settings, this.inputs, { id: this.folder.id, dockerHost: `unix://${this.gate.socket}`, planKey: this.#planKey }), ...options.env };
    const tofu = means.startTofu({ tofu: settings.tofu, args, cwd, folder: this.folder.path, onOutput: this.onOutput, ...options, env, times: config.times });
    this.#processes.add(tofu);
    try {
      return await tofu.exit;
    } finally {
      this.#processes.delete(tofu);
    }
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
    this.gate.cut();
  }

  /** The end at once, of the whole process group. */
  kill(why: EndReason): void {
    this.ended = this.ended === undefined || why === 'Revoked' ? why : this.ended;
    this.#killed = true;
    this.gate.cut();
    for (const tofu of this.#processes) tofu.kill();
  }

  async close(): Promise<void> {
    for (const tofu of this.#processes) tofu.kill();
    await this.engine.close();
    await this.gate.close();
    await this.folder.remove();
  }
}
