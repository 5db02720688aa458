import { ApiError, type KindDefinition, type Resource } from '@spawnit/contract';
import { jsonPatch } from './json-patch.js';
import { mergePatch } from './merge-patch.js';
import { strategicMergePatch } from './strategic-merge-patch.js';

type PatchFunction = (target: unknown, patch: unknown) => unknown;

export const mergePatchType = 'application/merge-patch+json';

const patches: Record<string, PatchFunction> = {
  [mergePatchType]: mergePatch,
  'application/json-patch+json': jsonPatch,
};
const corePatches: Record<string, PatchFunction> = { ...patches, 'application/strategic-merge-patch+json': strategicMergePatch };

/** The object as the patch makes it. As in Kubernetes, strategic merge patch is for core kinds only. Throws UnsupportedMediaType. */
export function applyPatch(kind: KindDefinition, contentType: string, target: Resource, patch: unknown): unknown {
  const known = kind.group === '' ? corePatches : patches;
  const apply = Object.hasOwn(known, contentType) ? known[contentType] : undefined;
  if (!apply) throw new ApiError('UnsupportedMediaType', `${kind.plural} can't be patched by ${contentType || 'a body without a content type'}: send ${[...Object.keys(known), 'application/apply-patch+yaml'].join(' or ')}`);
  return apply(target, patch);
}
