import { actionsPart } from './actions/part.js';
import { agentPart } from './agent/part.js';
import { tokensRoute } from './auth/tokens-route.js';
import { backupPart } from './backup/part.js';
import { cataloguePart } from './catalogue/part.js';
import type { Part } from './context.js';
import { demoPart } from './demo/part.js';
import { discoveryRoutes } from './discovery/routes.js';
import { metricsRoute } from './http/metrics.js';
import { probeRoutes } from './http/probes.js';
import { keysPart } from './keys/part.js';
import { modulesPart } from './modules/part.js';
import { openApiRoutes } from './openapi/routes.js';
import { admissionPart } from './resources/admission/part.js';
import { commitsRoute } from './resources/commits.js';
import { namespaceCleaner } from './resources/namespace-cleaner.js';
import { restorePart } from './restore/part.js';
import { retentionPart } from './retention/part.js';
import { reviewsPart } from './reviews/part.js';
import { secretsPart } from './secrets/part.js';
import { sessionPart } from './session/part.js';
import { statePart } from './state/part.js';
import { formatPart } from './store/format-part.js';
import { eventsStreamRoute } from './watch/events-stream.js';
import { webPart } from './web/part.js';

/** Everything that the server is made of, besides the generic routes. A new part is a line here; the server's own checks come first. */
export const parts: Part[] = [
  admissionPart,
  probeRoutes,
  metricsRoute,
  discoveryRoutes,
  openApiRoutes,
  reviewsPart,
  commitsRoute,
  eventsStreamRoute,
  statePart,
  actionsPart,
  modulesPart,
  agentPart,
  cataloguePart,
  secretsPart,
  keysPart,
  tokensRoute,
  restorePart,
  backupPart,
  sessionPart,
  demoPart,
  webPart,
  namespaceCleaner,
  retentionPart,
  formatPart,
];
