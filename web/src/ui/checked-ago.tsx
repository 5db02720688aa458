import type { Service } from '@spawnit/contract';
import { ageText, useNow } from '../live/clock.js';
import { useHeard } from '../live/ages.js';

/** When it was compared last with what was declared; checks that found nothing new leave no other trace. */
export function CheckedAgo({ service }: { service: Service }) {
  const now = useNow();
  const at = useHeard('services', service.metadata.uid ?? '');
  if (service.spec.suspend || service.spec.drift.policy === 'Ignore') return <>not checked</>;
  return <>{at === undefined ? '–' : `${ageText(now - at)} ago`}</>;
}
