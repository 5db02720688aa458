import type { Condition, Service } from '@spawnit/contract';
import type { Tone } from './parts.js';

export function conditionOf(object: { status?: { conditions?: readonly Condition[] } }, type: string): Condition | undefined {
  return object.status?.conditions?.find((each) => each.type === type);
}

const tones: Record<string, Tone> = { Ready: 'good', Drifted: 'warn', Failed: 'bad', Pending: 'wait', Provisioning: 'wait', Suspended: 'wait', Deleting: 'wait' };

/** A service in a word, as the server sums it up. */
export function phaseOf({ status }: Service): { word: string; tone: Tone } {
  const word = status?.phase ?? 'Pending';
  return { word, tone: tones[word] ?? 'wait' };
}

/** Why a person should look at it, in the server's words; undefined when all is well or under way. */
export function troubleOf(service: Service): string | undefined {
  if (service.status?.phase === 'Drifted') return conditionOf(service, 'Compliant')?.message ?? 'It was changed behind the control plane’s back.';
  const stalled = conditionOf(service, 'Stalled');
  if (stalled?.status === 'True') return stalled.message;
  if (service.status?.approval && !service.status.approval.approved) return 'A plan waits for approval.';
  if (service.status?.phase === 'Failed') return conditionOf(service, 'Ready')?.message ?? 'The last run failed.';
  if (isUntold(service)) return conditionOf(service, 'Compliant')?.message ?? 'Nothing can be told of it now.';
  const accounted = conditionOf(service, 'Accounted');
  return accounted?.status === 'False' ? accounted.message : undefined;
}

/** It was Ready, and whether it still is nobody can tell. */
export function isUntold({ status }: Service): boolean {
  const { phase, drift, applied } = status ?? {};
  return phase === 'Ready' && drift?.verdict === 'Unknown' && drift.epoch >= (applied?.epoch ?? 0);
}

/** The last attempt failed or was ended, and another would be of use now. */
export function canRetry({ metadata, spec, status }: Service): boolean {
  return status?.phase === 'Failed' && !spec.suspend && metadata.deletionTimestamp == null && status.activeJob === undefined && status.approval?.rejected === undefined;
}
