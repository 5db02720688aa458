import type { ServerContext } from '@spawnit/apiserver/dist/src/context.js';
import type { ObjectStore } from '@spawnit/apiserver/dist/src/store/object-store.js';
import type { AgentConfig } from '@spawnit/worker-agent/dist/src/config.js';
import type { Workdirs } from '@spawnit/worker-agent/dist/src/workdir/workdirs.js';
import type { StandInHttp } from '../network/stand-in-http.js';

/** Where the simulation's wiring can take one of the product's guards out. In place, each gives back what it is given. */
export interface Guards {
  store: (objects: ObjectStore) => ObjectStore;
  server: (http: StandInHttp, context: ServerContext) => void;
  agentConfig: (config: AgentConfig) => AgentConfig;
  workdirs: (workdirs: Workdirs) => Workdirs;
  refusal: (refusal: () => string | undefined) => () => string | undefined;
  /** The clock of leases in the agent, and in the apiserver. */
  leaseClock?: () => number;
  monotonic?: () => number;
}

export const allGuards: Guards = {
  store: (objects) => objects,
  server: () => undefined,
  agentConfig: (config) => config,
  workdirs: (workdirs) => workdirs,
  refusal: (refusal) => refusal,
};
