import { accountedAnnotation, withCondition, type Job } from '@spawnit/contract';
import { announce, type Draft } from './draft.js';
import type { Observed } from './observed.js';

/** What a job that has ended may have left in no state: a remote provider makes on what it was told to, and no label finds it. */
export function noteUnaccounted({ template }: Observed, draft: Draft, { metadata, spec, status }: Job): void {
  const lost = status?.phase === 'Lost' && status.startTime !== undefined && spec.type === 'Apply' && template?.spec.binding === 'Remote';
  if (!lost && !status?.brokenOff) return;
  draft.status.unaccounted = { job: metadata.name, node: status.node };
  announce(draft, 'Warning', 'Unaccounted', words(draft.status.unaccounted));
}

/** The condition that tells of it, until a person has named that very job as looked after. */
export function tellUnaccounted({ service, now }: Observed, draft: Draft): void {
  const { unaccounted, conditions } = draft.status;
  if (unaccounted === undefined) return;
  const seen = service.metadata.annotations?.[accountedAnnotation] === unaccounted.job;
  const verdict = seen ? { status: 'True' as const, reason: 'LookedAfter', message: `A person has looked after what job ${unaccounted.job} may have left.` } : { status: 'False' as const, reason: 'RunBrokenOff', message: words(unaccounted) };
  draft.status.conditions = withCondition(conditions, { type: 'Accounted', ...verdict, observedGeneration: service.metadata.generation }, now);
  if (seen) draft.status.unaccounted = undefined;
}

function words({ job, node }: { job: string; node?: string }): string {
  return `Job ${job}${node ? ` on node ${node}` : ''} was ended by force in the middle of an apply: what its provider was making then may exist and be in no state. Look for it there and remove it, or import it; then set the annotation ${accountedAnnotation}=${job}.`;
}
