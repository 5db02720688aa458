import type { Part } from '../context.js';
import { checkRoutes } from '../checks/routes.js';
import { Checks, mostPendingChecks } from '../checks/checks.js';
import { holdRoute } from '../leadership/hold.js';
import { watchLeases } from '../leases/part.js';
import { Logs } from '../logs/logs.js';
import { logRoutes } from '../logs/routes.js';
import { clusterEnvelopes } from '../secrets/cluster-envelopes.js';
import { States } from '../state/states.js';
import { agentRoutes } from './routes.js';

/** Everything that agents need of the server: leases, jobs, checks and logs. */
export const agentPart: Part = async (app, context) => {
  const envelopes = clusterEnvelopes(context);
  const states = new States(context, envelopes);
  const { leases, members } = watchLeases(app, context);
  holdRoute(app, context, { leases, members });
  const logs = new Logs(context);
  agentRoutes(app, context, { leases, members, states, envelopes, logs });
  const checks = new Checks(members.id);
  context.metrics.gauge('spawnit_pending_checks', 'Drift checks that nodes have been asked for and not answered', () => checks.load.orders);
  context.metrics.gauge('spawnit_pending_checks_max', 'Most of them; more are answered 429', () => mostPendingChecks);
  context.metrics.gauge('spawnit_connected_nodes', 'Nodes whose stream of checks ends at this server', () => checks.load.streams);
  checkRoutes(app, context, { checks, members, states, envelopes });
  await logRoutes(app, context, logs);
};
