import type { Part } from './context.js';
import { discoveryRoutes } from './discovery/routes.js';
import { metricsRoute } from './http/metrics.js';
import { probeRoutes } from './http/probes.js';

/** Everything that the server is made of, besides the generic routes. A new part is a line here. */
export const parts: Part[] = [probeRoutes, metricsRoute, discoveryRoutes];
