import { nodeKind, type Node, type Resource } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { ServerContext } from '../context.js';
import { recordPrefix } from '../resources/records.js';
import type { View } from '../store/log/view.js';
import { refuseEarlyLoss } from './admission.js';
import { heldInVain, holdName } from './held-names.js';
import { Leases } from './leases.js';
import { Members } from './members.js';
import { beatKey, hearOthers } from './shared-beats.js';

const lookEveryMs = 250;
const keepUpEveryMs = 2_000;
/** A store that has answered nothing for so long is out of reach, even if no error has come yet. */
const longestSilenceMs = 5_000;

export interface LeaseParts {
  leases: Leases;
  members: Members;
}

/** The leases of this server, shared with other servers, laid over the nodes it serves, and asked before one is called lost. */
export function watchLeases(app: FastifyInstance, context: ServerContext): LeaseParts {
  const leases = new Leases(() => context.monotonic());
  const members = new Members(context);
  const { hooks } = context;
  hooks.admission.push(refuseEarlyLoss(leases, members));
  hooks.presentation.push((kind, object) => (kind.kind === nodeKind.kind ? (leases.overlayNode(object as Node) as Resource) : object));
  hooks.removal.push(({ kind, object: { metadata } }) => (kind.kind === nodeKind.kind ? [{ op: 'delete', key: beatKey(metadata.name) }, holdName(metadata.name, context.now())] : []));
  hooks.ages.set(nodeKind.plural, () => leases.ages());
  context.metrics.gauge('spawnit_lease_entries', 'Nodes and controllers that were heard, and their sessions that were replaced, 64 of each at most', () => leases.size);
  const stopHearing = hearOthers(context, leases, members.id);
  const stopFollowing = followNodes(context, leases);
  const timers = [setInterval(() => leases.look(storeAnswers(context)), lookEveryMs)];
  app.addHook('onListen', async () => {
    await joined(context, leases, () => members.join(addressOf(app, context)));
    let busy = false;
    const keepUp = async () => {
      if (busy) return;
      busy = true;
      await joined(context, leases, () => members.keepUp());
      await freeNames(context, { leases, members });
      busy = false;
    };
    timers.push(setInterval(() => void keepUp(), keepUpEveryMs));
  });
  app.addHook('onClose', async () => {
    timers.forEach(clearInterval);
    stopHearing();
    stopFollowing();
    await members.leave().catch((error: unknown) => context.log.debug({ err: error }, 'the record of this server stays until another drops it'));
  });
  return { leases, members };
}

/** Whoever has just been told of by the log has heard nothing yet. */
async function joined({ log }: ServerContext, leases: Leases, join: () => Promise<boolean | void>): Promise<void> {
  try {
    if ((await join()) !== false) leases.startAnew();
  } catch (error) {
    log.warn({ err: error }, 'the record of this server could not be written; it is tried again');
  }
}

async function freeNames({ registry, log }: ServerContext, { leases, members }: LeaseParts): Promise<void> {
  const inVain = (view: View) => heldInVain(view, leases, members);
  if (inVain(registry.view).length === 0) return;
  try {
    await registry.write('apiserver', (view) => ({ ops: inVain(view), result: undefined }));
  } catch (error) {
    log.warn({ err: error }, 'the names of nodes that were deleted are held for longer than they need be; it is tried again');
  }
}

/** Nodes come and go for as long as this server runs. */
function followNodes({ registry }: ServerContext, leases: Leases): () => void {
  const prefix = recordPrefix(nodeKind);
  return registry.watch({ prefix, after: registry.rv }, ({ type, key }) => {
    const node = key.slice(prefix.length);
    if (type === 'DELETED') leases.gone(node);
    else leases.there(node);
  });
}

function storeAnswers({ registry }: ServerContext): boolean {
  const { ok, sinceMs } = registry.health();
  return ok && sinceMs < longestSilenceMs;
}

/** Where the other servers reach this one: the public address may be a balancer's, behind which is any of them. */
function addressOf(app: FastifyInstance, { config }: ServerContext): string {
  const address = app.server.address() as AddressInfo | null;
  return config.peerUrl ?? config.publicUrl ?? `http://${config.host}:${address?.port ?? config.port}`;
}
