import type { Transport } from '@spawnit/contract';
import type { Logger } from 'pino';
import type { AgentConfig } from '../config.js';
import type { EngineWatch } from '../docker/engine-watch.js';
import type { Lease } from '../lease/lease.js';
import type { TofuSettings } from '../tofu/environment.js';
import type { RunFolders } from '../tofu/run-folders.js';
import type { Bundles } from '../workdir/bundle.js';
import type { Workdirs } from '../workdir/workdirs.js';

/** What every run on this node uses. */
export interface NodeParts extends SharedParts {
  /** Speaks as the node. */
  transport: () => Transport;
  lease: Lease;
  bundles: Bundles;
}

/** The part of it that stays the same when the agent joins anew. */
export interface SharedParts {
  config: AgentConfig;
  engine: EngineWatch;
  workdirs: Workdirs;
  folders: RunFolders;
  settings: TofuSettings;
  /** A short folder for gates, whose paths are bounded. */
  gateDir: string;
  log: Logger;
}
