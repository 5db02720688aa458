import type { FastifyInstance } from 'fastify';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { clusterId } from './agent/cluster.js';
import { nodeKind, type Node } from '@spawnit/contract';
import { writeTokenFiles } from './auth/key-files.js';
import { followRootKey } from './auth/follow-root-key.js';
import { readRootKeys } from './auth/root-key-files.js';
import { clusterKey, type RootKeys } from './auth/root-keys.js';
import { Tokens } from './auth/tokens.js';
import { bootstrap } from './bootstrap.js';
import type { Config } from './config.js';
import type { ServerContext } from './context.js';
import { Metrics } from './http/metrics.js';
import { parts } from './parts.js';
import { noHooks } from './resources/hooks.js';
import { find } from './resources/records.js';
import { assertCameBack, comeBack } from './restore/from-backup.js';
import { buildServer } from './server.js';
import { assertNotEmptied, assertSameCluster, noteStore } from './store/known-store.js';
import { Registry } from './store/log/registry.js';
import { openObjectStore } from './store/store-config.js';
import { readKeyPair } from './tls/key-pair-files.js';
import { isEnded } from './session/ended.js';
import { Streams } from './watch/streams.js';

/** How often those who hold streams are asked for again. */
const callersEveryMs = 5_000;

export interface Running {
  context: ServerContext;
  app: FastifyInstance;
  /** Where it listens. */
  url: string;
  stop(): Promise<void>;
}

/** Starts a whole server; `onFatal` is told when it can't go on. Throws when the store or the keys can't be used. */
export async function start(config: Config, log: Logger, onFatal: (error: Error) => void): Promise<Running> {
  const { context, tokens, keys, cameFrom } = await openContext(config, log, onFatal);
  const pair = await readKeyPair(config.dataDir, hostsOf(config), new Date(context.now()));
  const app = await buildServer(context, parts, pair);
  let unfollow: () => void = () => undefined;
  const callers = setInterval(() => void context.streams.endUnknown(), callersEveryMs);
  const stop = async () => {
    clearInterval(callers);
    unfollow();
    await app.close();
    await context.registry.close();
    await context.objects.close();
  };
  try {
    if (cameFrom === 'occupied') assertCameBack(context.registry.view, context.objects, log);
    await assertStoreIsOurs(context);
    await bootstrap(context);
    await noteStoreOf(context);
    await app.listen({ host: config.host, port: config.port });
    const url = config.publicUrl ?? `http://${config.host}:${(app.server.address() as AddressInfo).port}`;
    const renew = () => writeTokenFiles(config.dataDir, tokens, { url, cert: pair.cert });
    unfollow = await followRootKey(context, keys, { renew, onFatal });
    log.info({ url, store: context.objects.name, dataDir: config.dataDir }, 'listening');
    return { context, app, url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a store in memory held is gone with its process. */
function lasting({ config }: ServerContext): boolean {
  return config.store.driver !== 'memory';
}

async function assertStoreIsOurs(context: ServerContext): Promise<void> {
  const { config, objects, registry } = context;
  if (!lasting(context)) return;
  await assertNotEmptied(config.dataDir, objects.name, registry.view.seq);
  if (registry.view.get(clusterKey)) await assertSameCluster(config.dataDir, objects.name, clusterId(context));
}

async function noteStoreOf(context: ServerContext): Promise<void> {
  const { config, objects, registry } = context;
  if (lasting(context)) await noteStore(config.dataDir, { store: objects.name, seq: registry.view.seq, cluster: clusterId(context) });
}

function hostsOf({ host, publicUrl }: Config): string[] {
  return publicUrl === undefined ? [host] : [host, new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')];
}

async function openContext(config: Config, log: Logger, onFatal: (error: Error) => void): Promise<{ context: ServerContext; tokens: Tokens; keys: RootKeys; cameFrom: Awaited<ReturnType<typeof comeBack>> }> {
  const keys = await readRootKeys(config.dataDir);
  const objects = await openObjectStore(config.store);
  const now = () => new Date().toISOString();
  const cameFrom = await comeBack({ config: config.backup, objects, keys, log, random: randomBytes, now });
  const metrics = new Metrics();
  const writer = `${hostname()}-${randomBytes(4).toString('hex')}`;
  const registry = await Registry.open(objects, { writer, log, onFatal, onCommit: (report) => metrics.onCommit(report), keepLogMs: config.log.keepMs, snapshotEvery: config.log.snapshotEvery });
  keys.follow(() => registry.view);
  const tokens = new Tokens({ keys, now, nodeUid: (name) => find<Node>(registry.view, nodeKind, undefined, name)?.metadata.uid, refresh: () => registry.sync(), isEnded: (session) => isEnded(registry.view, session) });
  const clocks = { now, monotonic: () => performance.now(), random: randomBytes };
  const context = { config, log, registry, objects, keys, authenticator: tokens, tokens, hooks: noHooks(), streams: new Streams(), metrics, ...clocks };
  return { context, tokens, keys, cameFrom };
}
