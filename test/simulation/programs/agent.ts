import { agentPaths, Transport } from '@spawnit/contract';
import { defaultTimes, type AgentConfig } from '@spawnit/worker-agent/dist/src/config.js';
import type { Credential } from '@spawnit/worker-agent/dist/src/credential.js';
import { AgentLoad } from '@spawnit/worker-agent/dist/src/load.js';
import { EngineWatch } from '@spawnit/worker-agent/dist/src/docker/engine-watch.js';
import type { Means, SharedParts } from '@spawnit/worker-agent/dist/src/jobs/parts.js';
import { live } from '@spawnit/worker-agent/dist/src/membership.js';
import type { SimulatedDisk } from '../stand-ins/simulated-disk.js';
import { simulatedEngineClient, wayFrom, type SimulatedEngine } from '../stand-ins/simulated-engine.js';
import { SimulatedGate } from '../stand-ins/simulated-gate.js';
import { simulatedTofu } from '../stand-ins/simulated-tofu.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';
import { tokenFor } from './apiserver.js';

/** Seconds that the machine was up before the simulation began: a lease that was never renewed must not seem fresh. */
const upMs = 1_000_000;

export interface Machine {
  disk: SimulatedDisk;
  engine: SimulatedEngine;
  /** The name that it asks for; that of the process when not given. */
  node?: string;
}

/** The product's agent on a machine: its membership, leases, jobs and checks; engine, gate sockets, disk and tofu are stand-ins. */
export async function runAgent(world: World, process: SimulatedProcess, machine: Machine): Promise<void> {
  const { disk, node = process.name } = machine;
  const config = configOf(node);
  const parts = partsOf(world, process, machine, world.guards.agentConfig(config));
  const { heartbeatMs } = config.times;
  await parts.engine.look(heartbeatMs);
  void parts.engine.follow(heartbeatMs, new AbortController().signal);
  for (;;) {
    disk.credential ??= await joined(world, process, node);
    const end = await live({ parts, credential: disk.credential, keepCredential: async (renewed) => void (disk.credential = renewed), spool: disk.spool(), tofuVersion: 'simulated-tofu', signal: new AbortController().signal });
    if (end === 'Replaced') return process.kill();
    disk.credential = undefined;
    await new Promise((resolve) => process.after(1_000, () => resolve(undefined)));
  }
}

async function joined(world: World, process: SimulatedProcess, node: string): Promise<Credential> {
  const transport = new Transport({ server: 'http://server', token: tokenFor({ role: 'joiner', name: 'join' }), request: world.network.from(process) });
  for (;;) {
    try {
      return await transport.json<Credential>({ method: 'POST', path: agentPaths.join, body: { name: node, labels: {}, slots: 2 } });
    } catch {
      await new Promise((resolve) => process.after(1_000, () => resolve(undefined)));
    }
  }
}

function configOf(node: string): AgentConfig {
  return {
    server: 'http://server',
    node,
    dataDir: '/data',
    labels: {},
    slots: 2,
    engineSocket: 'engine',
    tofu: 'simulated-tofu',
    advertiseHost: '127.0.0.1',
    warmProviders: false,
    logLevel: 'silent',
    times: defaultTimes,
    tofuEnvironment: { common: {}, remote: {} },
  };
}

function partsOf(world: World, process: SimulatedProcess, { disk, engine }: Machine, config: AgentConfig): SharedParts {
  const { timeline, random, network } = world;
  const gates = new Map<string, SimulatedGate>();
  const direct = wayFrom(process, engine);
  const way = (caller: SimulatedProcess, socket: string) => gates.get(socket)!.through(caller, wayFrom(caller, engine));
  const byRun = (uid: string | undefined) => ({ uid: uid ?? '', epoch: world.promises.epochClaimedBy(process, uid) });
  const means: Means = {
    clock: () => world.guards.leaseClock ?? (() => upMs + process.monotonic()),
    request: network.from(process),
    bundles: (_dataDir, transport) => disk.bundlesBy(transport),
    openGate: async ({ socket, refusal }) => {
      const gate = new SimulatedGate(socket, process, world.guards.refusal(refusal), random);
      gates.set(socket, gate);
      return gate;
    },
    engineAt: (socket) => simulatedEngineClient(engine, way(process, socket), byRun),
    startTofu: simulatedTofu({ timeline, random, agent: process, disk, engine, way, carry: (of) => network.from(of), paceMs: () => world.trouble.paceMs(), onRun: (by) => void world.busy.set(process, (world.busy.get(process) ?? 0) + by) }),
  };
  const watch = new EngineWatch('engine', undefined, simulatedEngineClient(engine, direct, (uid) => ({ uid: uid ?? '', epoch: 'sweep' })));
  return {
    config,
    log: world.log,
    means,
    engine: watch,
    disk: { used: 0, level: 'Room', since: new Date().toISOString() },
    load: new AgentLoad(),
    workdirs: world.guards.workdirs(disk.workdirsPort()),
    folders: disk.runFolders(),
    settings: { tofu: config.tofu, pluginCache: '', environment: config.tofuEnvironment },
    gateDir: '/gates',
  };
}
