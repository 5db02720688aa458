import type { Identity, KindDefinition, Resource } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';

/** Who writes, and how. */
export interface WriteScope {
  context: ServerContext;
  identity: Identity;
  dryRun: boolean;
  /** ISO 8601; one time for the whole commit. */
  now: string;
  /** PATCH says what is to go, PUT only what is to be: with it, a left-out finalizer is kept. */
  keepFinalizers?: boolean;
}

/** What a write comes to: operations (none when nothing changes) and the object as it will stand; null when it is gone. */
export interface Planned {
  ops: Op[];
  object: Resource | null;
}

/** Pure: may be called inside `registry.write`'s decide, any number of times. All throw ApiError. */
export declare function planCreate(view: View, scope: WriteScope, kind: KindDefinition, object: Resource): Planned;
export declare function planUpdate(view: View, scope: WriteScope, kind: KindDefinition, object: Resource): Planned;
export declare function planStatus(view: View, scope: WriteScope, kind: KindDefinition, object: Resource): Planned;
export interface DeleteOptions {
  preconditions?: { uid?: string; resourceVersion?: string };
}
export declare function planDelete(view: View, scope: WriteScope, kind: KindDefinition, at: { namespace?: string; name: string }, options?: DeleteOptions): Planned;
/** Several writes in one commit: each sees those before it. */
export declare function planAll(view: View, steps: ((view: View) => Planned)[]): { ops: Op[]; objects: (Resource | null)[] };

/** Commits what `plan` comes to, or only answers it for a dry run; the object with its resourceVersion. StoreUnavailable comes out as ApiError. */
export declare function commit(scope: WriteScope, requestId: string | undefined, plan: (view: View) => Planned): Promise<Resource | null>;
