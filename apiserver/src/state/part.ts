import { serviceKind } from '@spawnit/contract';
import type { Part } from '../context.js';
import { clusterEnvelopes } from '../secrets/cluster-envelopes.js';
import { collectorPart } from './collector.js';
import { dropService } from './drop.js';
import { stateHistoryRoutes } from './people-routes.js';
import { stateRoutes } from './routes.js';
import { States } from './states.js';

/** The tofu states: their routes, and their end with the service's record. */
export const statePart: Part = async (app, context) => {
  const envelopes = clusterEnvelopes(context);
  const states = new States(context, envelopes);
  context.hooks.removal.push(({ kind, object, view }) => (kind.kind === serviceKind.kind ? dropService(view, object) : []));
  await stateRoutes(app, states);
  stateHistoryRoutes(app, context, { states, envelopes });
  await collectorPart(app, context);
};
