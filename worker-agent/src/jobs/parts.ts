import { join } from 'node:path';
import type { ClientOptions, Transport } from '@spawnit/contract';
import type { Logger } from 'pino';
import { bootClock, type Clock } from '../clock.js';
import type { AgentConfig } from '../config.js';
import { Engine } from '../docker/engine.js';
import type { Disk } from '../disk/disk-watch.js';
import type { EngineWatch } from '../docker/engine-watch.js';
import type { DriftParts } from '../drift/parts.js';
import { openGate } from '../lease/gate.js';
import type { AgentLoad } from '../load.js';
import type { Lease } from '../lease/lease.js';
import { openLeaseFile, type LeaseFile } from '../lease/lease-file.js';
import type { TofuSettings } from '../tofu/environment.js';
import type { RunFolders } from '../tofu/run-folders.js';
import { startTofu } from '../tofu/run.js';
import type { Places } from './places.js';
import { Bundles } from '../workdir/bundle.js';
import type { Workdirs } from '../workdir/workdirs.js';

/** What every run on this node uses. */
export interface NodeParts extends SharedParts {
  /** Speaks as the node. */
  transport: () => Transport;
  lease: Lease;
  /** For who watches over processes that no gate stops; none where the system can't do that. */
  leaseFile?: LeaseFile;
  bundles: Bundles;
}

/** The part of it that stays the same when the agent joins anew. */
export interface SharedParts {
  config: AgentConfig;
  engine: EngineWatch;
  disk: Disk;
  load: AgentLoad;
  workdirs: Workdirs;
  folders: RunFolders;
  settings: TofuSettings;
  /** A short folder for gates, whose paths are bounded. */
  gateDir: string;
  log: Logger;
  means: Means;
  /** Without it each drift check is a full plan. */
  drift?: DriftParts;
  /** Made ahead for the next runs; without it each run begins from nothing. */
  places?: Places;
}

/** How an agent reaches what is not itself: the system's own ways, or those of a simulation. */
export interface Means {
  clock: () => Clock;
  request?: ClientOptions['request'];
  bundles: (dataDir: string, transport: () => Transport) => Bundles;
  openGate: typeof openGate;
  /** The engine behind a socket. */
  engineAt: (socket: string) => Engine;
  startTofu: typeof startTofu;
  leaseFile?: typeof openLeaseFile;
}

export const realMeans: Means = {
  clock: bootClock,
  bundles: (dataDir, transport) => new Bundles(join(dataDir, 'modules'), transport),
  openGate,
  engineAt: (socket) => new Engine(socket),
  startTofu,
  leaseFile: openLeaseFile,
};
