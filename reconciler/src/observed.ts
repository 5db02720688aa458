import type { Job, Module, Revision, Service, ServiceStatus, Template } from '@spawnit/contract';
import type { Kept } from './retention.js';

/** All that a decision about one service may rest on. Plain data: the same input gives the same answer. */
export interface Observed {
  service: Service;
  /** The catalogue entry that the spec names, if there is one. */
  template?: Template;
  /** The bundle that the template names, if there is one. */
  module?: Module;
  /** Jobs and revisions of this service, this very uid, in any order. */
  jobs: Job[];
  revisions: Revision[];
  /** What it depends on by name, each as it stands; undefined = there is no such service. */
  dependencies: ReadonlyMap<string, Service | undefined>;
  /** Services that depend on it. */
  dependants: Service[];
  /** Names along a circle of dependencies that it is part of. */
  cycle?: string[];
  /** What is left of the wait in status.retries, in ms, by a monotonic clock. */
  backoffLeftMs: number;
  /** ISO 8601, for timestamps only. */
  now: string;
  /** How much of it is kept; as much as by default when not given. */
  kept?: Kept;
  /** [0, 1) */
  random: () => number;
}

/** What to do, as data; reconcile.ts makes one commit of it. */
export type Action =
  | { type: 'createJob'; job: Job }
  | { type: 'createRevision'; revision: Revision }
  /** Ends a job that no node has yet. */
  | { type: 'cancelPending'; job: Job }
  /** Asks the node to end it. */
  | { type: 'requestCancel'; job: Job; reason: string }
  | { type: 'deleteJob'; job: Job }
  | { type: 'deleteRevision'; revision: Revision }
  | { type: 'updateStatus'; status: ServiceStatus }
  | { type: 'removeFinalizer' }
  | { type: 'event'; event: Happening }
  | { type: 'requeue'; afterMs: number };

export interface Happening {
  type: 'Normal' | 'Warning';
  /** CamelCase. */
  reason: string;
  message: string;
}
