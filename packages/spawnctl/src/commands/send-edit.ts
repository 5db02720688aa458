import { ApiError, isObject, type Resource } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import type { Ref } from '../refs.js';
import type { Session } from '../session.js';

const mostAttempts = 5;

/** A status that moves on is no conflict; another's change of the same field is, and is never overwritten. */
export async function sendUnlessChanged(session: Session, { kind, name }: Required<Ref>, patch: Record<string, unknown>, shown: Resource): Promise<Resource> {
  const resources = session.client.of(kind);
  const { namespace } = shown.metadata;
  let live = shown;
  for (let attempt = 0; ; attempt++) {
    const metadata = { ...(patch['metadata'] as object | undefined), resourceVersion: live.metadata.resourceVersion };
    try {
      return await resources.patch(name, namespace, { ...patch, metadata });
    } catch (error) {
      if (!ApiError.is(error, 'Conflict') || attempt === mostAttempts) throw error;
      live = await resources.get(name, namespace);
      const clash = clashOf(patch, shown, live, '') && clashOf(patch, shown, live, '', await resources.patch(name, namespace, patch, { dryRun: true }));
      if (clash) throw new ApiError('Conflict', `${clash} was changed by somebody else in the meantime`, {});
    }
  }
}

/**
 * The first field of the patch that is no longer as it was shown, nor as it would be with the patch: one that was sent twice, as
 * its answer was lost, meets itself. What that is in the end only the server can tell of a secret, which it stores in another form.
 */
function clashOf(patch: unknown, shown: unknown, live: unknown, at: string, would: unknown = patch): string | undefined {
  if (!isObject(patch)) return isDeepStrictEqual(live, shown) || isDeepStrictEqual(live, would ?? undefined) ? undefined : at;
  const member = (of: unknown, key: string) => (isObject(of) ? of[key] : undefined);
  for (const key of Object.keys(patch)) {
    const clash = clashOf(patch[key], member(shown, key), member(live, key), at === '' ? key : `${at}.${key}`, member(would, key));
    if (clash) return clash;
  }
  return undefined;
}
