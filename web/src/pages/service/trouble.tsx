import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { useJobsOf } from '../../live/jobs.js';
import { conditionOf, isUntold, troubleOf, troubleTitleOf } from '../../ui/conditions.js';
import { inLocalTime } from '../../ui/local-time.js';
import { Notice } from '../../ui/parts.js';

/** What is wrong in plain words, the server's own, and where to go on. */
export function Trouble({ service }: { service: Service }) {
  const why = troubleOf(service);
  const run = useLastFailure(service);
  if (why === undefined) return null;
  const { namespace = '', name } = service.metadata;
  const { phase, approval } = service.status ?? {};
  const title = troubleTitleOf(service);
  const unheard = isUntold(service) && conditionOf(service, 'Stalled')?.status !== 'True';
  const at = { to: '/services/$namespace/$name', params: { namespace, name } } as const;
  if (phase === 'Drifted')
    return (
      <Notice tone="warn" title={title}>
        <p className="wrap">{why}</p>
        <p><Link {...at} search={{ tab: 'drift' }}>See what differs, and what can be done about it</Link></p>
      </Notice>
    );
  if (approval && !approval.approved && approval.rejected === undefined)
    return (
      <Notice tone="warn" title={title}>
        <p>Nothing is changed before somebody has said yes to what would be done. <Link to="/runs/$namespace/$name" params={{ namespace, name: approval.job }}>Look at the plan</Link></p>
      </Notice>
    );
  return (
    <Notice tone="warn" title={title}>
      <p className="wrap">{inLocalTime(why)}</p>
      {run !== undefined && !unheard && <p><Link to="/runs/$namespace/$name" params={{ namespace, name: run }}>See what happened</Link></p>}
    </Notice>
  );
}

function useLastFailure({ metadata }: Service): string | undefined {
  return useJobsOf(metadata.uid)?.find(({ status }) => ['Failed', 'Cancelled', 'Lost'].includes(status?.phase ?? ''))?.metadata.name;
}
