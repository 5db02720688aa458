import { isDeepStrictEqual } from 'node:util';
import type { Revision, ServiceSpec } from '@spawnit/contract';
import { announce, type Draft } from './draft.js';
import { keepRevision, revisionFor } from './make-job.js';
import { unfinished } from './need.js';
import type { Observed } from './observed.js';

/**
 * A change of nothing but how the service is watched over (drift, approval) needs no run, which might undo the very drift that
 * is to be ignored: its revision takes the place of the applied one. Only if at the last look all that was declared was applied:
 * after a suspension an apply checks what is real.
 */
export function adoptPolicy(observed: Observed, draft: Draft): void {
  const { service, template, revisions, jobs } = observed;
  const { applied } = draft.status;
  const generation = service.metadata.generation ?? 1;
  if (!applied || applied.generation === generation || service.status?.observedGeneration !== applied.generation || template?.spec.module !== applied.module) return;
  const made = revisions.find(({ metadata, spec }) => metadata.name === applied.revision && spec.serviceUid === service.metadata.uid);
  if (!made || unfinished(jobs, draft.status) || !isDeepStrictEqual(withoutPolicy(made.spec.serviceSpec), withoutPolicy(service.spec))) return;
  const revision = asApplied(revisionFor(observed, applied.module), made);
  keepRevision(observed, draft, revision);
  draft.status.applied = { ...applied, generation, revision: revision.metadata.name };
  announce(draft, 'Normal', 'PolicyChanged', `Generation ${generation} changes only how it is watched over: nothing is run for it.`);
}

function withoutPolicy({ drift: _drift, approval: _approval, ...rest }: ServiceSpec): Partial<ServiceSpec> {
  return rest;
}

function asApplied(revision: Revision, { spec: { templateVersion, module, moduleRoot, defaults } }: Revision): Revision {
  return { ...revision, spec: { ...revision.spec, templateVersion, module, moduleRoot, defaults } };
}
