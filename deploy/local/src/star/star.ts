import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StarProcess } from './process.js';
import { writeProcessIds, type ProcessIds } from './processes-file.js';
import { agentPlan, apiserverPlan, controllerPlan, controllers, kubeconfigFile, tokenFile, type AgentPlan, type ControllerName, type ProgramPlan, type StoreChoice, type TofuPlan } from './programs.js';

export interface StarOptions {
  dataDir: string;
  port: number;
  store: StoreChoice;
  /** More settings of the apiserver; read at each of its starts. */
  apiserverEnv?: Record<string, string>;
  agents: AgentPlan[];
  tofu: TofuPlan;
  /** Start a process again when it ended unasked. */
  supervise?: boolean;
  log?: (line: string) => void;
}

const restartPauseMs = 1_000;
const readyWithinMs = 30_000;
/** A start that restores a backup first takes as long as there is to copy. */
const restoredWithinMs = 3_600_000;

/** The processes of one control plane on this machine: an apiserver, three controllers, agents. */
export class Star {
  readonly server: string;
  private readonly processes = new Map<string, StarProcess>();
  private stopping = false;
  /** Killed on purpose: not started again unasked. */
  private readonly held = new Set<string>();

  constructor(readonly options: StarOptions) {
    this.server = `http://127.0.0.1:${options.port}`;
  }

  /** Starts the apiserver, waits until it is ready, then starts the rest. Throws with the apiserver's last words when it ends. */
  async start(): Promise<void> {
    await this.startApiserver();
    for (const name of controllers) this.launch(controllerPlan(name, this.options.dataDir, this.server));
    for (const agent of this.options.agents) this.startAgent(agent);
  }

  async startApiserver(): Promise<void> {
    const { dataDir, port, store } = this.options;
    const plan = apiserverPlan(dataDir, port, store);
    const apiserver = this.launch({ ...plan, env: { ...plan.env, ...this.options.apiserverEnv } });
    const restoring = { ...process.env, ...this.options.apiserverEnv }['SPAWNIT_RESTORE_FROM_BACKUP'] !== undefined;
    const withinMs = restoring ? restoredWithinMs : readyWithinMs;
    const deadline = performance.now() + withinMs;
    while (!(await this.ready())) {
      if (!apiserver.running) throw new Error(`the apiserver ended at its start; it wrote last:\n${apiserver.lastWords()}\nAll of it is in ${apiserver.logFile}; \`npx spawnctl doctor --local --data-dir ${this.options.dataDir}\` looks for what a start needs`);
      if (performance.now() > deadline) throw new Error(`the apiserver was not ready within ${withinMs / 1000} s; see ${apiserver.logFile}`);
      await delay(50);
    }
  }

  startController(name: ControllerName): StarProcess {
    return this.launch(controllerPlan(name, this.options.dataDir, this.server));
  }

  startAgent(agent: AgentPlan): StarProcess {
    return this.launch(agentPlan(agent, this.options.dataDir, this.server, this.options.tofu));
  }

  /** Kills an agent's process on the spot, and leaves it dead whatever supervises. */
  async killAgent(name: string): Promise<void> {
    this.held.add(name);
    await this.process(name).killNow();
  }

  reviveAgent(agent: AgentPlan): void {
    this.held.delete(agent.name);
    if (!this.process(agent.name).running) this.startAgent(agent);
  }

  process(name: string): StarProcess {
    const found = this.processes.get(name);
    if (!found) throw new Error(`no process called ${name} in this star; there are ${[...this.processes.keys()].join(', ')}`);
    return found;
  }

  /** Names of all processes started so far. */
  get names(): string[] {
    return [...this.processes.keys()];
  }

  get adminToken(): string {
    return readFileSync(tokenFile(this.options.dataDir, 'admin'), 'utf8').trim();
  }

  get kubeconfig(): string {
    return kubeconfigFile(this.options.dataDir);
  }

  /** Ends every process, agents first so that they can still report; what they provisioned goes on running. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { apiserver, rest } = this.byRole();
    await Promise.all(rest.map((p) => p.stop()));
    await apiserver?.stop();
  }

  private byRole(): { apiserver: StarProcess | undefined; rest: StarProcess[] } {
    const rest = [...this.processes].filter(([name]) => name !== 'apiserver').map(([, p]) => p);
    return { apiserver: this.processes.get('apiserver'), rest };
  }

  private launch(plan: ProgramPlan): StarProcess {
    const before = this.processes.get(plan.name);
    if (before?.running) throw new Error(`${plan.name} is running already`);
    const started = new StarProcess(plan, join(this.options.dataDir, 'logs', `${plan.name}.log`), (how) => this.ended(plan, how));
    this.processes.set(plan.name, started);
    started.start();
    writeProcessIds(this.options.dataDir, this.processIds());
    return started;
  }

  private ended(plan: ProgramPlan, how: string): void {
    if (this.stopping || !this.options.supervise || this.held.has(plan.name)) return;
    this.options.log?.(`${plan.name} ended (${how}); starting it again`);
    setTimeout(() => {
      if (!this.stopping && !this.held.has(plan.name) && !this.process(plan.name).running) this.launch(plan);
    }, restartPauseMs);
  }

  private processIds(): ProcessIds {
    return Object.fromEntries([...this.processes].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]])));
  }

  private async ready(): Promise<boolean> {
    if (!existsSync(tokenFile(this.options.dataDir, 'admin'))) return false;
    return fetch(`${this.server}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }
}
