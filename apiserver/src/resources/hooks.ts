import type { Identity, KindDefinition, Resource } from '@spawnit/contract';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';

export type WriteVerb = 'create' | 'update' | 'updateStatus' | 'delete';

export interface AdmissionRequest {
  verb: WriteVerb;
  kind: KindDefinition;
  /** As it would be stored, defaults applied; for delete, as it stands. Don't change it: return a copy. */
  object: Resource;
  /** As it stands; undefined on create. Frozen. */
  old: Resource | undefined;
  /** All records at the moment of the commit, writes of the same commit before this one included. */
  view: View;
  identity: Identity;
  dryRun: boolean;
  /** ISO 8601. */
  now: string;
  /** Tells the caller something although the write is done, in a Warning header. */
  warn: (message: string) => void;
}

/** Checks or completes a write inside the commit: pure and synchronous, called again on contention. Throws ApiError. */
export type Admission = (request: AdmissionRequest) => Resource;

/** Readies a new object before its commit is tried: may put blobs that no commit names yet. Not called for a dry run unless `dryRun` is heeded. */
export type Preparation = (request: { kind: KindDefinition; object: Resource; identity: Identity; dryRun: boolean }) => Promise<Resource>;

/** Makes an object of a body that isn't JSON, such as a tar of a module. */
export type BodyReader = (kind: KindDefinition, body: Buffer, contentType: string) => Promise<Resource>;

/** Where the parts of the server plug in. Each list is run in order. */
export interface Hooks {
  /** The server's own checks come first, then what parts add, so that a part sees valid objects. */
  admission: Admission[];
  preparation: Preparation[];
  /** Content type → reader, for POST. */
  bodyReaders: Map<string, BodyReader>;
  /** Lays what is only in memory over an object that is served (a node's heartbeat). Must return a copy. */
  presentation: ((kind: KindDefinition, object: Resource) => Resource)[];
  /** Readies the object that a merge patch is laid over. Must return a copy. */
  merging: ((request: { kind: KindDefinition; object: Resource; patch: unknown; view: View }) => Resource)[];
  /** More operations for the commit that drops a record for good (state pointers, jobs). */
  removal: ((request: { kind: KindDefinition; object: Resource; view: View }) => Op[])[];
  /**
   * How long ago (ms) something was heard of what, by this server's clock and in memory only: plural → what was heard within that
   * time, by the name (nodes) or the uid (services).
   */
  ages: Map<string, (withinMs: number) => Iterable<[string, number]>>;
  /** What /readyz names besides the store; undefined when all is well, else what is not. */
  readiness: Map<string, () => string | undefined>;
}

export function noHooks(): Hooks {
  return { admission: [], preparation: [], bodyReaders: new Map(), presentation: [], merging: [], removal: [], ages: new Map(), readiness: new Map() };
}
