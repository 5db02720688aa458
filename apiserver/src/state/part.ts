import { serviceKind } from '@spawnit/contract';
import type { Part } from '../context.js';
import { Envelopes } from '../secrets/envelope.js';
import { collectorPart } from './collector.js';
import { dropService } from './drop.js';
import { stateRoutes } from './routes.js';
import { States } from './states.js';

/** The tofu states: their routes, and their end with the service's record. */
export const statePart: Part = async (app, context) => {
  const states = new States(context, Envelopes.of(context.keys));
  context.hooks.removal.push(({ kind, object, view }) => (kind.kind === serviceKind.kind ? dropService(view, object) : []));
  await stateRoutes(app, states);
  await collectorPart(app, context);
};
