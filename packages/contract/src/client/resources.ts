import type { KindDefinition } from '../kinds/kind.js';
import type { Resource, ResourceList } from '../meta.js';
import { collectionPath, resourcePath } from '../paths.js';
import { applyResource } from './apply.js';
import type { Transport } from './transport.js';
import { follow, watch, type FollowEvent, type WatchEvent } from './watch.js';

export interface ListOptions {
  /** All namespaces when left out. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
  /** '0' may be answered from memory; without it the answer is at least as new as the request. */
  resourceVersion?: string;
}
export interface WriteOptions {
  dryRun?: boolean;
  idempotencyKey?: string;
}
export interface DeleteOptions extends WriteOptions {
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
}

const contentTypes = { merge: 'application/merge-patch+json', json: 'application/json-patch+json' } as const;

/** The verbs of one kind; the same for every kind. */
export class Resources<R extends Resource> {
  constructor(
    private readonly transport: Transport,
    readonly kind: KindDefinition,
  ) {}

  get(name: string, namespace?: string): Promise<R> {
    return this.transport.json({ path: this.path(name, namespace) });
  }

  list(options: ListOptions & { signal?: AbortSignal } = {}): Promise<ResourceList<R>> {
    const { namespace, signal, ...query } = options;
    return this.transport.json({ path: collectionPath(this.kind, namespace), query, signal });
  }

  create(object: R, options: WriteOptions = {}): Promise<R> {
    return this.transport.json({
      method: 'POST',
      path: collectionPath(this.kind, object.metadata.namespace),
      query: dryRun(options),
      body: object,
      headers: this.keyed(options),
    });
  }

  replace(object: R, options: WriteOptions = {}): Promise<R> {
    return this.transport.json({ method: 'PUT', path: this.path(object.metadata.name, object.metadata.namespace), query: dryRun(options), body: object });
  }

  replaceStatus(object: R): Promise<R> {
    return this.transport.json({ method: 'PUT', path: this.path(object.metadata.name, object.metadata.namespace, 'status'), body: object });
  }

  patch(name: string, namespace: string | undefined, patch: unknown, options: WriteOptions & { type?: 'merge' | 'json'; subresource?: 'status' } = {}): Promise<R> {
    return this.transport.json({
      method: 'PATCH',
      path: this.path(name, namespace, options.subresource),
      query: dryRun(options),
      body: patch,
      contentType: contentTypes[options.type ?? 'merge'],
    });
  }

  /** Asks for deletion; the resource is gone only when its finalizers are. */
  delete(name: string, namespace?: string, options: DeleteOptions = {}): Promise<unknown> {
    const { propagationPolicy, preconditions } = options;
    return this.transport.json({ method: 'DELETE', path: this.path(name, namespace), query: dryRun(options), body: { propagationPolicy, preconditions } });
  }

  /** Creates or changes it to what `object` says, with kubectl's three-way merge. */
  apply(object: R, options: WriteOptions = {}): Promise<{ object: R; done: 'created' | 'configured' | 'unchanged' }> {
    return applyResource(this, object, options);
  }

  /** One watch from `resourceVersion` until it ends; throws ApiError Expired when the position is no longer kept. */
  watch(options: ListOptions & { signal?: AbortSignal }): AsyncGenerator<WatchEvent<R>> {
    return watch(this.transport, this.kind, options);
  }

  /** Lists, then watches for ever, resuming after any break without skipping or repeating a change. */
  follow(options: Omit<ListOptions, 'resourceVersion'> & { signal?: AbortSignal; onBreak?: (error: unknown) => void }): AsyncGenerator<FollowEvent<R>> {
    return follow(this, options);
  }

  /** Who is patient may send it twice, so it must be done once. */
  private keyed({ idempotencyKey, dryRun }: WriteOptions): Record<string, string> {
    const key = idempotencyKey ?? (this.transport.options.patienceMs !== undefined && !dryRun ? crypto.randomUUID() : undefined);
    return key === undefined ? {} : { 'idempotency-key': key };
  }

  private path(name: string, namespace?: string, subresource?: string): string {
    return resourcePath(this.kind, name, namespace, subresource);
  }
}

function dryRun(options: WriteOptions): Record<string, string> {
  return options.dryRun ? { dryRun: 'All' } : {};
}
