import type { Service } from '@spawnit/contract';
import { ageText, useNow } from '../live/clock.js';
import { useHeard } from '../live/ages.js';

/** When it was compared last with what was declared; checks that found nothing new leave no other trace. */
export function CheckedAgo({ service }: { service: Service }) {
  const now = useNow();
  const at = useHeard('services', service.metadata.uid ?? '');
  if (service.spec.suspend) return <>not checked</>;
  const { everySeconds } = service.status?.drift ?? {};
  return <span title={everySeconds === undefined ? undefined : `There is much to check: each ${everySeconds} s instead of ${service.spec.drift.intervalSeconds} s`}>{at === undefined ? '–' : `${ageText(now - at)} ago`}</span>;
}

/** When it is compared again, as far as that can be known. */
export function NextCheck({ service }: { service: Service }) {
  const now = useNow();
  const at = useHeard('services', service.metadata.uid ?? '');
  if (at === undefined || service.spec.suspend) return null;
  const every = service.status?.drift?.everySeconds ?? service.spec.drift.intervalSeconds;
  const left = Math.round(every - (now - at) / 1_000);
  return <>{left > 0 ? `, the next one in about ${ageText(left * 1_000)}` : ', the next one any moment'}</>;
}
