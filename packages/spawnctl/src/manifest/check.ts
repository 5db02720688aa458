import { ApiError, ObjectMeta, parseOrThrow, type Cause } from '@spawnit/contract';
import type { Manifest } from './parse.js';

/** Checks a manifest as far as that is possible without a server. Throws Invalid with a cause for each bad field. */
export function checkManifest({ kind, resource }: Manifest): void {
  const { apiVersion: _a, kind: _k, metadata, status: _s, spec, ...others } = resource as typeof resource & Record<string, unknown>;
  const what = { kind: kind.kind, name: metadata.name };
  const parts = [() => parseOrThrow(ObjectMeta, metadata, { ...what, at: 'metadata' }), () => (kind.flat ? parseOrThrow(kind.spec, others, what) : parseOrThrow(kind.spec, spec ?? {}, { ...what, at: 'spec' }))];
  const causes: Cause[] = kind.flat ? [] : Object.keys(others).map((field) => ({ field, message: `unknown field "${field}"` }));
  for (const part of parts) {
    try {
      part();
    } catch (error) {
      causes.push(...((error as ApiError).details?.causes ?? []));
    }
  }
  if (causes.length > 0) throw new ApiError('Invalid', `${kind.kind} "${metadata.name}" is invalid`, { ...what, causes });
}
