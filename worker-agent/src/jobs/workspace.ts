import { setTimeout as delay } from 'node:timers/promises';
import type { ModuleBundle, RunInputs } from '@spawnit/contract';
import { RunFailure } from '../errors/causes.js';
import { explain } from '../errors/explain.js';
import { PlanJson } from '../plan/plan-json.js';
import { errorsOf, type TofuMessage } from '../tofu/messages.js';
import type { TofuExit } from '../tofu/run.js';
import { variablesOf } from '../workdir/variables.js';
import type { NodeParts } from './parts.js';
import { isFinal } from './reporter.js';
import type { Run } from './run.js';

const notInitialised = /please run "tofu init"|required plugins are not installed|module not installed|inconsistent dependency lock file|failed to (load plugin|instantiate provider)/i;

/** A service's workdir, ready for tofu: files laid, providers in place, variables written. */
export class Workspace {
  private constructor(
    private readonly parts: NodeParts,
    private readonly run: Run,
    private readonly inputs: RunInputs,
    readonly path: string,
    /** Whether it was taken as it stood, so that something may be wrong with it. */
    private warm: boolean,
  ) {}

  /** `init` is called around the work of `tofu init`, when that is needed. */
  static async open(parts: NodeParts, run: Run, inputs: RunInputs, init: (work: () => Promise<void>) => Promise<void>): Promise<Workspace> {
    const bundle = await bundleOf(parts, run, inputs.module);
    const dir = await parts.workdirs.prepare(inputs.serviceUid, inputs.module, bundle);
    const workspace = new Workspace(parts, run, inputs, dir.path, dir.initialised);
    if (!dir.initialised) await init(() => parts.workdirs.initialise(inputs.serviceUid, inputs.module, dir.path, () => workspace.#init()));
    await parts.workdirs.writeVariables(dir.path, variablesOf(inputs, bundle, parts.config.advertiseHost));
    return workspace;
  }

  /** Runs tofu here; throws an explained failure unless it ends with one of `accepted`. A broken workdir is made anew, once. */
  async tofu(args: string[], accepted: number[] = [0], onMessages?: (messages: TofuMessage[]) => void): Promise<TofuExit> {
    const exit = await this.run.tofu(args, this.path, { onMessages });
    if (exit.code !== undefined && accepted.includes(exit.code)) return exit;
    if (this.warm && isBroken(exit)) {
      await this.#rebuild();
      return this.tofu(args, accepted, onMessages);
    }
    this.run.mustGoOn();
    throw new RunFailure(explain(exit, args[0] ?? ''));
  }

  /** Reads a saved plan. Secrets are in it, so it stays in memory. */
  async show(plan: string, env: Record<string, string> = {}): Promise<PlanJson> {
    const pieces: Buffer[] = [];
    const exit = await this.run.tofu(['show', '-json', plan], this.path, { env, onStdout: (text) => void pieces.push(text) });
    if (exit.code !== 0) throw new RunFailure(explain(exit, 'show'));
    return PlanJson.parse(JSON.parse(Buffer.concat(pieces).toString()));
  }

  async #init(): Promise<void> {
    const exit = await this.run.tofu(['init', '-input=false', '-no-color'], this.path);
    this.run.mustGoOn();
    if (exit.code !== 0) throw new RunFailure(explain(exit, 'init'));
  }

  async #rebuild(): Promise<void> {
    this.warm = false;
    const { parts, inputs } = this;
    await parts.workdirs.rebuild(inputs.serviceUid, inputs.module);
    const bundle = await bundleOf(parts, this.run, inputs.module);
    await parts.workdirs.prepare(inputs.serviceUid, inputs.module, bundle);
    await parts.workdirs.initialise(inputs.serviceUid, inputs.module, this.path, () => this.#init());
    await parts.workdirs.writeVariables(this.path, variablesOf(inputs, bundle, parts.config.advertiseHost));
  }
}

/** An apiserver that is away for a moment is waited for: as long as the run may go on at all. */
async function bundleOf(parts: NodeParts, run: Run, digest: string): Promise<ModuleBundle> {
  for (;;) {
    run.mustGoOn();
    try {
      return await parts.bundles.get(digest);
    } catch (error) {
      if (error instanceof RunFailure || isFinal(error)) throw error;
      await delay(500);
    }
  }
}

function isBroken(exit: TofuExit): boolean {
  return errorsOf(exit.messages).some(({ summary, detail }) => notInitialised.test(`${summary}\n${detail}`));
}
