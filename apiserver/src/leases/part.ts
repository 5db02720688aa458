import { nodeKind, type Node, type Resource } from '@spawnit/contract';
import type { FastifyInstance } from 'fastify';
import type { ServerContext } from '../context.js';
import { refuseEarlyLoss } from './admission.js';
import { Leases } from './leases.js';

const lookEveryMs = 250;
/** A store that has answered nothing for so long is out of reach, even if no error has come yet. */
const longestSilenceMs = 5_000;

/** The leases of this server, laid over the nodes it serves and asked before one is called lost. */
export function watchLeases(app: FastifyInstance, context: ServerContext): Leases {
  const leases = new Leases(() => context.monotonic());
  const timer = setInterval(() => leases.look(storeAnswers(context)), lookEveryMs);
  app.addHook('onClose', async () => clearInterval(timer));
  context.hooks.admission.push(refuseEarlyLoss(leases));
  context.hooks.presentation.push((kind, object) => (kind.kind === nodeKind.kind ? (leases.overlayNode(object as Node) as Resource) : object));
  return leases;
}

function storeAnswers({ registry }: ServerContext): boolean {
  const { ok, sinceMs } = registry.health();
  return ok && sinceMs < longestSilenceMs;
}
