import type { Condition, Service } from '@spawnit/contract';
import type { Tone } from './tone.js';

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
  if (stalled?.status === 'True') return isUntold(service) ? `${stalled.message} Of what runs nothing can be told now: ${untold(service)}` : stalled.message;
  if (service.status?.approval && !service.status.approval.approved) return 'A plan waits for approval.';
  if (service.status?.phase === 'Failed') return conditionOf(service, 'Ready')?.message ?? 'The last run failed.';
  if (isUntold(service)) return untold(service);
  const accounted = conditionOf(service, 'Accounted');
  return accounted?.status === 'False' ? accounted.message : undefined;
}

/** What kind of trouble it is, for who has a look at `troubleOf`. */
export function troubleTitleOf(service: Service): string {
  const { phase, approval } = service.status ?? {};
  if (phase === 'Drifted') return 'Somebody changed it behind SpawnIt’s back';
  if (approval && !approval.approved && approval.rejected === undefined) return 'It waits for your approval';
  const stalled = conditionOf(service, 'Stalled')?.status === 'True';
  if (isUntold(service)) return stalled ? 'There is something to see to, and nothing can be told of it now' : 'Nothing can be told of it now';
  if (phase === 'Ready') return 'It is as declared, and yet there is something to see to';
  return approval?.rejected === undefined ? 'It did not come up as declared' : 'Its plan was rejected';
}

function untold(service: Service): string {
  return conditionOf(service, 'Compliant')?.message ?? 'Why is not known.';
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
