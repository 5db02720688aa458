import { Buffer } from 'node:buffer';
import type { ClientOptions } from '@spawnit/contract';
import type { TofuMessage } from '@spawnit/worker-agent/dist/src/tofu/messages.js';
import type { TofuExit, TofuOptions, TofuProcess } from '@spawnit/worker-agent/dist/src/tofu/run.js';
import type { Random } from '../time/random.js';
import { SimulatedProcess } from '../time/simulated-process.js';
import type { Timeline } from '../time/timeline.js';
import type { SimulatedDisk } from './simulated-disk.js';
import type { Author, Container, SimulatedEngine, Way } from './simulated-engine.js';
import { address, messagesOf, planJson, stateOf, type TofuAction, type TofuPlan, type TofuState } from './tofu-plan.js';

export interface TofuWorld {
  timeline: Timeline;
  random: Random;
  agent: SimulatedProcess;
  disk: SimulatedDisk;
  engine: SimulatedEngine;
  /** Through the gate of this socket. */
  way: (caller: SimulatedProcess, socket: string) => Way;
  carry: (process: SimulatedProcess) => NonNullable<ClientOptions['request']>;
  /** How long one thing takes on the engine, in ms. */
  paceMs: () => number;
  /** Told of each beginning (1) and end (-1). */
  onRun: (by: 1 | -1) => void;
}

/**
 * In place of tofu: a process of its own beside the agent, that dies with it. One container for each service, made and
 * started in two calls that go through the gate; the state is written once, at the end, or left in errored.tfstate.
 */
export function simulatedTofu(world: TofuWorld): (options: TofuOptions) => TofuProcess {
  return (options) => {
    const { agent, timeline } = world;
    const process = new SimulatedProcess(timeline, agent.name, agent.clocks);
    const undo = agent.onEnd(() => process.kill());
    const run = new TofuRun(world, process, options);
    world.onRun(1);
    const exit = new Promise<TofuExit>((resolve) => {
      const ended = (exit: Omit<TofuExit, 'messages' | 'lastWords'>) => {
        world.onRun(-1);
        undo();
        agent.after(1, () => resolve({ ...exit, messages: run.messages, lastWords: '' }));
      };
      run.onKilled = () => ended({ code: undefined, signal: 'SIGKILL' });
      timeline.after(world.random.between(1, 30), process, () => void run.main().then((code) => ended({ code })));
    });
    return { pid: 1, exit, stop: () => void timeline.after(0, process, () => (run.interrupted = true)), kill: () => run.kill() };
  };
}

class Failure extends Error {}

class TofuRun {
  readonly messages: TofuMessage[] = [];
  interrupted = false;
  onKilled: () => void = () => undefined;
  readonly #author: Author;
  readonly #way: Way;
  readonly #lockId = crypto.randomUUID();
  #locked = false;
  #over = false;

  constructor(
    private readonly world: TofuWorld,
    private readonly process: SimulatedProcess,
    private readonly options: TofuOptions,
  ) {
    const { env } = options;
    const claims = JSON.parse(Buffer.from(env['TF_HTTP_PASSWORD']!.split('.')[2]!, 'base64url').toString()) as { id: { serviceUid: string; epoch: number } };
    this.#author = { uid: claims.id.serviceUid, epoch: claims.id.epoch };
    this.#way = world.way(process, env['DOCKER_HOST']!.slice('unix://'.length));
  }

  kill(): void {
    if (this.#over) return;
    this.#over = true;
    this.process.kill();
    this.onKilled();
  }

  async main(): Promise<number> {
    try {
      const code = await this.#verb();
      this.#over = true;
      return code;
    } catch (error) {
      this.#over = true;
      if (!(error instanceof Failure)) throw error;
      this.#say([{ type: 'diagnostic', diagnostic: { severity: 'error', summary: error.message, detail: '' } }]);
      return 1;
    }
  }

  async #verb(): Promise<number> {
    const { args } = this.options;
    const [verb] = args;
    if (verb === 'show') return this.#show(args.at(-1)!);
    if (verb === 'plan') return this.#plan();
    const saved = verb === 'apply' ? this.world.disk.plans.get(args.at(-1)!) : undefined;
    return this.#change(verb === 'destroy', saved);
  }

  #show(file: string): number {
    this.options.onStdout?.(Buffer.from(JSON.stringify(planJson(this.world.disk.plans.get(file)!))));
    return 0;
  }

  async #plan(): Promise<number> {
    const { args } = this.options;
    if (!args.includes('-lock=false')) await this.#lock();
    const state = await this.#readState();
    const live = await this.#refresh(state);
    const plan = this.#planOf(state, live, { replaces: args.includes(`-replace=${address}`) });
    const out = args.find((arg) => arg.startsWith('-out='))!.slice('-out='.length);
    this.world.disk.plans.set(out, plan);
    this.#say(messagesOf(plan.action));
    await this.#unlock();
    return args.includes('-detailed-exitcode') && plan.action ? 2 : 0;
  }

  async #change(destroys: boolean, saved: TofuPlan | undefined): Promise<number> {
    await this.#lock();
    const state = await this.#readState();
    const live = await this.#refresh(state);
    const plan = this.#planOf(state, live, { destroys, replaces: saved?.anew });
    if (saved && saved.serial !== (state?.serial ?? 0)) throw new Failure('Saved plan is stale');
    this.#say(messagesOf(plan.action));
    let left = live;
    let failure: string | undefined;
    try {
      left = await this.#make(plan, live, (now) => (left = now));
    } catch (error) {
      failure = (error as Error).message;
    }
    if (plan.action) await this.#writeState(stateOf(state, left, () => crypto.randomUUID()));
    await this.#unlock();
    if (failure !== undefined) throw new Failure(failure);
    if (this.interrupted) return 1;
    this.#say([{ type: 'outputs', outputs: left ? { text: { sensitive: false, value: left.text } } : {} }]);
    return 0;
  }

  #planOf(state: TofuState | undefined, live: Container | undefined, { destroys = false, replaces = false }): TofuPlan {
    const after = destroys ? undefined : this.#wanted();
    const gone = state !== undefined && state.resources.length > 0 && live === undefined;
    const asWanted = live?.text === after && live?.started === true;
    const action: TofuAction = live === undefined ? (after === undefined ? (gone ? 'delete' : undefined) : 'create') : after === undefined ? 'delete' : asWanted && !replaces ? undefined : 'replace';
    return { action, anew: action === 'replace' && asWanted, serial: state?.serial ?? 0, before: live?.text, after };
  }

  /** Each step only when the one before was answered; between two of them it may be told to stop. */
  async #make({ action, anew }: TofuPlan, live: Container | undefined, note: (now: Container | undefined) => void): Promise<Container | undefined> {
    const { engine } = this.world;
    let now = live;
    if (now && (action === 'delete' || action === 'replace')) {
      const { id } = now;
      await this.#step(() => engine.remove({ ...this.#author, anew }, id));
      note((now = undefined));
    }
    if ((action === 'create' || action === 'replace') && !this.interrupted) {
      const { namespace, service, uid, cluster } = this.#whom();
      const labels = { 'spawnit.dev/managed': 'true', 'spawnit.dev/cluster': cluster, 'spawnit.dev/namespace': namespace, 'spawnit.dev/service': service, 'spawnit.dev/uid': uid };
      const made = await this.#step(() => engine.create(this.#author, { name: `${namespace}.${service}`, labels, text: this.#wanted()! }));
      note((now = made));
      await this.#step(() => engine.start(this.#author, made.id));
    }
    return now;
  }

  async #step<T>(act: () => T): Promise<T> {
    const { engine, timeline } = this.world;
    await this.#sleep(this.world.paceMs());
    while (timeline.now < engine.slowUntil) await this.#sleep(500 + (engine.slowUntil - timeline.now));
    return this.#way(true, act);
  }

  async #refresh(state: TofuState | undefined): Promise<Container | undefined> {
    const id = state?.resources[0]?.instances[0]?.attributes.id;
    await this.#sleep(this.world.paceMs() / 4);
    if (id === undefined) return undefined;
    this.messages.push({ type: 'refresh_start' });
    return this.#way(false, () => this.world.engine.containers.get(id)).catch((error: Error) => {
      throw new Failure(error.message);
    });
  }

  #wanted(): string | undefined {
    return String(this.#variables()['text'] ?? '');
  }

  #whom(): { namespace: string; service: string; uid: string; cluster: string } {
    return this.#variables()['spawnit'] as { namespace: string; service: string; uid: string; cluster: string };
  }

  #variables(): Record<string, unknown> {
    return this.world.disk.workdirs.get(this.options.cwd)?.variables ?? {};
  }

  async #lock(): Promise<void> {
    const { status, text } = await this.#http('LOCK', JSON.stringify({ ID: this.#lockId, Operation: 'simulated-tofu', Who: this.process.name }));
    if (status !== 200) throw new Failure(`Error acquiring the state lock: HTTP ${status} ${text.slice(0, 300)}`);
    this.#locked = true;
  }

  async #unlock(): Promise<void> {
    if (!this.#locked) return;
    const { status, text } = await this.#http('UNLOCK', JSON.stringify({ ID: this.#lockId }));
    if (status !== 200) throw new Failure(`Error releasing the state lock: HTTP ${status} ${text.slice(0, 300)}`);
  }

  async #readState(): Promise<TofuState | undefined> {
    const { status, text } = await this.#http('GET');
    if (status === 404) return undefined;
    if (status !== 200) throw new Failure(`Error refreshing state: failed to get state, HTTP ${status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as TofuState;
  }

  async #writeState(state: TofuState): Promise<void> {
    const body = JSON.stringify(state);
    const { status, text } = await this.#http('POST', body, `?ID=${this.#lockId}`).catch((error: Error) => ({ status: 0, text: error.message }));
    if (status === 200) return;
    const dir = this.world.disk.workdirs.get(this.options.cwd);
    if (dir) dir.errored = body;
    throw new Failure(`Error saving state: failed to upload state, HTTP ${status} ${text.slice(0, 300)}`);
  }

  /** As tofu's http backend: connection errors, 429 and 5xx are tried again with the same bytes. */
  async #http(method: string, body?: string, query = ''): Promise<{ status: number; text: string }> {
    const { env } = this.options;
    const authorization = `Basic ${Buffer.from(`${env['TF_HTTP_USERNAME']}:${env['TF_HTTP_PASSWORD']}`).toString('base64')}`;
    const carry = this.world.carry(this.process);
    for (let left = Number(env['TF_HTTP_RETRY_MAX']); ; left--) {
      try {
        // A patience of its own, where tofu has none: what hangs for ever here would only be killed with the lease.
        const answer = await carry(env['TF_HTTP_ADDRESS'] + query, { method: method as 'GET', headers: { authorization }, body, headersTimeout: 60_000 });
        const text = await answer.body.text();
        if ((answer.statusCode < 500 && answer.statusCode !== 429) || left === 0) return { status: answer.statusCode, text };
      } catch (error) {
        if (left === 0) throw new Failure(`failed to reach the state: ${(error as Error).message}`, { cause: error });
      }
      await this.#sleep(1_000);
    }
  }

  #say(messages: TofuMessage[]): void {
    this.messages.push(...messages);
    const { agent } = this.world;
    agent.after(1, () => this.options.onMessages?.(messages));
    agent.after(1, () => this.options.onOutput(Buffer.from(`${messages.map(({ type }) => type).join(', ')}\n`)));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.process.after(ms, resolve));
  }
}
