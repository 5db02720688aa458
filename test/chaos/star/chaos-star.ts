import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentPlan, apiserverPlan, controllerPlan, controllers, ensureProviders, StarProcess, tokenFile, toolPath, type ProgramPlan, type StoreChoice, type TofuPlan } from '@spawnit/local';
import { copyKeys, faultProxy, freePort, waitFor, type Minio, type Teardown } from '@spawnit/testkit';
import { tapEngine, type EngineCall } from '../recorder/engine-tap.js';
import type { Findings } from '../recorder/findings.js';
import type { EngineLink, Link } from './links.js';

export type Role = 'apiserver' | 'controller' | 'agent';
export interface Member {
  name: string;
  role: Role;
  process: StarProcess;
  /** Killed on purpose: it is not started again until the fault ends. */
  down: boolean;
}

export interface ChaosStarOptions {
  t: Teardown;
  dataDir: string;
  minio: Minio;
  bucket: string;
  engine: string;
  servers: number;
  agents: number;
  findings: Findings;
  /** More of the environment, for every program. */
  env?: Record<string, string>;
  onCall: (call: EngineCall) => void;
}

const restartPauseMs = 1_000;

/** Real processes of a whole star, every way between two of them through a proxy, on one bucket. Started again when they end, as a service manager does. */
export class ChaosStar {
  readonly members = new Map<string, Member>();
  /** Between a program and its server, and between a server and the store. */
  readonly links: Link[] = [];
  readonly engines: EngineLink[] = [];
  readonly #servers: string[] = [];
  #stopping = false;

  private constructor(private readonly options: ChaosStarOptions) {}

  static async start(options: ChaosStarOptions): Promise<ChaosStar> {
    const star = new ChaosStar(options);
    options.t.teardown(() => star.stop());
    const tofu = { path: toolPath('opentofu'), cliConfig: (await ensureProviders()).cliConfigFile };
    for (let i = 1; i <= options.servers; i++) await star.#startServer(`apiserver-${i}`);
    for (const name of controllers) for (let i = 1; i <= 2; i++) await star.#startController(name, i);
    for (let i = 1; i <= options.agents; i++) await star.#startAgent(`agent-${i}`, tofu);
    return star;
  }

  /** Addresses of the apiservers, past all proxies. */
  get servers(): readonly string[] {
    return this.#servers;
  }

  get adminToken(): string {
    return readFileSync(tokenFile(this.#home, 'admin'), 'utf8').trim();
  }

  /** A way to a server that can be spoilt like any other. */
  async linkTo(server: number, from: string): Promise<string> {
    const target = this.#servers[server % this.#servers.length]!;
    const proxy = await faultProxy({ target, t: this.options.t });
    this.links.push({ name: `${from}–apiserver-${(server % this.#servers.length) + 1}`, proxy });
    return proxy.endpoint;
  }

  of(role: Role): Member[] {
    return [...this.members.values()].filter((member) => member.role === role);
  }

  /** Everything that was killed runs again. */
  revive(member: Member): void {
    member.down = false;
    if (!member.process.running && !this.#stopping) member.process.start();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.of('agent'), ...this.of('controller')].map(({ process }) => process.stop()));
    await Promise.all(this.of('apiserver').map(({ process }) => process.stop()));
  }

  get #home(): string {
    return join(this.options.dataDir, 'apiserver-1');
  }

  async #startServer(name: string): Promise<void> {
    const { dataDir, minio, bucket, t } = this.options;
    const home = join(dataDir, name);
    if (home !== this.#home) copyKeys(join(this.#home, 'apiserver', 'keys'), join(home, 'apiserver', 'keys'));
    const proxy = await faultProxy({ target: minio.endpoint, t });
    this.links.push({ name: `${name}–minio`, proxy });
    const store: StoreChoice = { driver: 's3', endpoint: proxy.endpoint, bucket, region: minio.region, accessKeyId: minio.accessKey, secretAccessKey: minio.secretKey };
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const { process } = this.#launch('apiserver', apiserverPlan(home, port, store, name));
    this.#servers.push(url);
    const ready = async () => (process.running ? (await fetch(`${url}/readyz`)).ok : ('ended' as const));
    const found = await waitFor(ready, { what: `${name} to be ready`, everyMs: 50 });
    if (found === 'ended') throw new Error(`${name} ended at its start; it wrote last:\n${process.tail()}`);
  }

  /** Two of each: one leads, the other stands by. */
  async #startController(name: (typeof controllers)[number], i: number): Promise<void> {
    const own = `${name}-${i}`;
    this.#launch('controller', { ...controllerPlan(name, this.#home, await this.linkTo(this.members.size, own), own), name: own });
  }

  async #startAgent(name: string, tofu: TofuPlan): Promise<void> {
    const { dataDir, engine, t, onCall } = this.options;
    mkdirSync(join(dataDir, 'taps'), { recursive: true });
    const tap = await tapEngine({ agent: name, engine, socket: join(dataDir, 'taps', `${name}.sock`), t, onCall });
    this.engines.push({ name: `${name}–engine`, tap });
    const plan = agentPlan({ name, dockerHost: tap.host }, this.#home, await this.linkTo(this.members.size, name), tofu);
    this.#launch('agent', plan);
  }

  #launch(role: Role, plan: ProgramPlan): Member {
    const onExit = (how: string) => this.#ended(plan.name, how);
    const member: Member = { name: plan.name, role, process: new StarProcess({ ...plan, env: { ...plan.env, ...this.options.env } }, join(this.options.dataDir, 'logs', `${plan.name}.log`), onExit), down: false };
    this.members.set(plan.name, member);
    member.process.start();
    return member;
  }

  #ended(name: string, how: string): void {
    const member = this.members.get(name)!;
    if (this.#stopping || member.down) return;
    this.options.findings.note(`${name} ended by itself (${how}): ${member.process.tail(1).slice(0, 300)}`);
    if (/RegistryDamaged/.test(member.process.tail(5))) this.options.findings.break('I5', `${name} calls the log damaged: ${member.process.tail(1)}`);
    setTimeout(() => !member.down && this.revive(member), restartPauseMs);
  }
}
