import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keepTrying } from '@spawnit/contract';
import { execa } from 'execa';
import type { Logger } from 'pino';
import type { AgentConfig } from './config.js';
import { CredentialFile, join as joinCluster, type Credential } from './credential.js';
import { takeDataDir } from './data-dir.js';
import { DiskWatch } from './disk/disk-watch.js';
import { EngineWatch } from './docker/engine-watch.js';
import { DriftParts } from './drift/parts.js';
import { prepareAsBefore } from './jobs/own-providers.js';
import { Places } from './jobs/places.js';
import { realMeans, type SharedParts } from './jobs/parts.js';
import { Spool } from './jobs/spool.js';
import { AgentLoad } from './load.js';
import { live, type MembershipEnd } from './membership.js';
import { serveAgentMetrics } from './metrics.js';
import { RunFolders } from './tofu/run-folders.js';
import { Workdirs } from './workdir/workdirs.js';

/** Runs an agent until the signal. Throws when it can't begin: its folder is taken, tofu can't be run. */
export async function runAgent(config: AgentConfig, log: Logger, signal: AbortSignal): Promise<void> {
  const release = await takeDataDir(config.dataDir);
  const gateDir = await makeGateDir(config.dataDir);
  const watching = new AbortController();
  let drift: DriftParts | undefined;
  let places: Places | undefined;
  let stopTelling: () => void = () => undefined;
  try {
    const folders = await sweptFolders(config, log);
    const tofuVersion = await versionOf(config);
    const { engine, disk, following } = await watchMachine(config, watching.signal);
    const parts = await partsOf(config, log, { folders, engine, gateDir, disk, load: new AgentLoad() });
    stopTelling = await tell(parts);
    if (config.warmProviders) {
      drift = parts.drift = await DriftParts.open({ config, folders, gateDir, log });
      places = parts.places = new Places(parts);
      void prepareAsBefore(parts, places);
    }
    const spool = new Spool(join(config.dataDir, 'spool'));
    await stayMember(config, log, signal, (credential, keepCredential) => live({ parts, credential, keepCredential, spool, tofuVersion, signal }));
    watching.abort();
    await following;
    await engine.engine.close();
  } finally {
    watching.abort();
    stopTelling();
    await places?.close();
    await drift?.close();
    await rm(gateDir, { recursive: true, force: true });
    await release();
  }
}

/** The folders of runs, after what a former agent left running in them has been ended. */
async function sweptFolders(config: AgentConfig, log: Logger): Promise<RunFolders> {
  const folders = new RunFolders(join(config.dataDir, 'runs'));
  const swept = await folders.sweep();
  if (swept > 0) log.warn({ processes: swept }, 'ended processes that a former agent had left running');
  return folders;
}

/** Has looked once at engine and disk, and goes on until the signal; `following` ends when the engine is looked at no more. */
async function watchMachine({ engineSocket, dataDir, times }: AgentConfig, signal: AbortSignal): Promise<{ engine: EngineWatch; disk: DiskWatch; following: Promise<void> }> {
  const engine = new EngineWatch(engineSocket);
  await engine.look(2_000);
  const following = engine.follow(times.heartbeatMs, signal);
  const disk = new DiskWatch(dataDir);
  await disk.look();
  disk.follow(times.heartbeatMs, signal);
  return { engine, disk, following };
}

/** Serves /metrics when that is asked for; gives what ends it. */
async function tell({ config, load, disk }: SharedParts): Promise<() => void> {
  if (config.metricsPort === undefined) return () => undefined;
  const server = await serveAgentMetrics(config.metricsPort, { load, disk, slots: config.slots, ready: () => load.leaseHeld });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/**
 * Sockets stand in a folder with a short path, as their paths are bounded; always the same one for a data folder, so that what a
 * killed agent left is cleared. Throws when somebody else has made a folder of that name.
 */
async function makeGateDir(dataDir: string): Promise<string> {
  const dir = join(tmpdir(), `spawnit-gate-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { mode: 0o700 });
  return dir;
}

/** Joins, lives as a node, and joins again when the node has been deleted. */
async function stayMember(config: AgentConfig, log: Logger, signal: AbortSignal, liveAs: (credential: Credential, keep: (credential: Credential) => Promise<void>) => Promise<MembershipEnd>): Promise<void> {
  const file = new CredentialFile(join(config.dataDir, 'credential.json'));
  while (!signal.aborted) {
    const credential = (await file.read()) ?? (await joinUntil(config, log, signal));
    if (credential === undefined) return;
    await file.write(credential);
    log.info({ as: credential.node, uid: credential.uid, server: config.server }, 'joined');
    const end = await liveAs(credential, (renewed) => file.write(renewed));
    if (end === 'Stopped') return;
    if (end === 'Replaced') throw new Error(`another agent has taken the place of node ${credential.node}: end one of them, or give it another SPAWNIT_NODE_NAME`);
    log.warn({ node: credential.node }, 'the apiserver does not know this node any more');
    if (config.joinToken !== undefined) await file.forget();
    await delay(1_000, undefined, { signal }).catch(() => undefined);
  }
}

function joinUntil(config: AgentConfig, log: Logger, signal: AbortSignal): Promise<Credential | undefined> {
  return keepTrying(
    signal,
    () => joinCluster(config),
    (error) => log.warn({ err: error, server: config.server }, 'could not join'),
  );
}

/** What outlives a membership. */
async function partsOf(config: AgentConfig, log: Logger, more: Pick<SharedParts, 'folders' | 'engine' | 'gateDir' | 'disk' | 'load'>): Promise<SharedParts> {
  const pluginCache = join(config.dataDir, 'providers');
  // tofu refuses one that is not there.
  await mkdir(pluginCache, { recursive: true, mode: 0o700 });
  return {
    ...more,
    config,
    log,
    means: realMeans,
    settings: { tofu: config.tofu, cliConfig: config.tofuCliConfig, pluginCache, environment: config.tofuEnvironment },
    workdirs: new Workdirs(join(config.dataDir, 'workdirs')),
  };
}

async function versionOf({ tofu, tofuCliConfig, tofuEnvironment }: AgentConfig): Promise<string> {
  const env = { ...tofuEnvironment.common, CHECKPOINT_DISABLE: '1', ...(tofuCliConfig !== undefined && { TF_CLI_CONFIG_FILE: tofuCliConfig }) };
  const { stdout, failed, shortMessage } = await execa(tofu, ['version', '-json'], { reject: false, env, extendEnv: false });
  // It may warn of its settings on the same stream.
  const version = /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
  if (failed || version === undefined) throw new Error(`tofu can't be run (SPAWNIT_TOFU=${tofu}): ${shortMessage ?? stdout.slice(0, 500)}`);
  return version;
}
