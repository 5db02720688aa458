import { actionsPart } from '@spawnit/apiserver/dist/src/actions/part.js';
import { agentPart } from '@spawnit/apiserver/dist/src/agent/part.js';
import { keysFrom } from '@spawnit/apiserver/dist/src/auth/keys.js';
import { Tokens } from '@spawnit/apiserver/dist/src/auth/tokens.js';
import { bootstrap } from '@spawnit/apiserver/dist/src/bootstrap.js';
import type { Part, ServerContext } from '@spawnit/apiserver/dist/src/context.js';
import { modulesPart } from '@spawnit/apiserver/dist/src/modules/part.js';
import { admissionPart } from '@spawnit/apiserver/dist/src/resources/admission/part.js';
import { commitsRoute } from '@spawnit/apiserver/dist/src/resources/commits.js';
import { noHooks } from '@spawnit/apiserver/dist/src/resources/hooks.js';
import { namespaceCleaner } from '@spawnit/apiserver/dist/src/resources/namespace-cleaner.js';
import { find } from '@spawnit/apiserver/dist/src/resources/records.js';
import { resourceRoutes } from '@spawnit/apiserver/dist/src/resources/routes.js';
import { restorePart } from '@spawnit/apiserver/dist/src/restore/part.js';
import { retentionPart } from '@spawnit/apiserver/dist/src/retention/part.js';
import { secretsPart } from '@spawnit/apiserver/dist/src/secrets/part.js';
import { statePart } from '@spawnit/apiserver/dist/src/state/part.js';
import { Registry } from '@spawnit/apiserver/dist/src/store/log/registry.js';
import { Streams } from '@spawnit/apiserver/dist/src/watch/streams.js';
import { nodeKind, type Identity, type Node } from '@spawnit/contract';
import { StandInHttp } from '../network/stand-in-http.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';
import { storeOf } from './store.js';

/** All that a server is made of but pages, discovery, metrics and the catalogue on disk. */
const parts: Part[] = [admissionPart, commitsRoute, actionsPart, statePart, modulesPart, agentPart, secretsPart, restorePart, namespaceCleaner, retentionPart];

const keys = keysFrom(Buffer.alloc(32, 7));

/** The product's apiserver, on a stand-in for Fastify. */
export async function runApiserver(world: World, process: SimulatedProcess): Promise<void> {
  const { log, random } = world;
  const objects = storeOf(world, process);
  const onFatal = (error: Error) => {
    world.promises.serverEnded(process.name, error);
    process.kill();
  };
  const writer = `${process.name}-${random.bytes(4).toString('hex')}`;
  const registry = await Registry.open(objects, { writer, log, onFatal, now: Date.now, random: random.next, ...world.settings });
  const now = () => new Date().toISOString();
  const tokens = new Tokens({ keys, now, nodeUid: (name) => find<Node>(registry.view, nodeKind, undefined, name)?.metadata.uid, refresh: () => registry.sync() });
  const metrics = { gauge: () => undefined, onCommit: () => undefined };
  const config = { publicUrl: `http://${process.name}`, host: process.name, port: 80, rateLimit: 1e6, dataDir: '', stateRetention: { serials: world.stateSerials, days: 90 }, retention: { eventHours: 168, keyHours: 24, moduleHours: 24 } };
  const monotonic = world.guards.monotonic ?? (() => performance.now());
  const context = { config, log, registry, objects, keys, authenticator: tokens, tokens, hooks: noHooks(), streams: new Streams(), metrics, now, monotonic, random: (n: number) => random.bytes(n) } as unknown as ServerContext;
  const http = new StandInHttp(context, process.name);
  resourceRoutes(http.app, context);
  for (const part of parts) await part(http.app, context);
  world.guards.server(http, context);
  await bootstrap(context);
  await http.run('onListen');
  world.network.listen(process.name, { process, handle: (request, connection) => http.handle(request, connection) });
}

/** A token as the server itself would have written it to its files. */
export function tokenFor(identity: Identity): string {
  return new Tokens({ keys, now: () => new Date(0).toISOString(), nodeUid: () => undefined }).mint(identity);
}
