import type { Revision, Service } from '@spawnit/contract';
import { api } from '../../../api/paths.js';
import { Empty, FailureNotice, Loading } from '../../../ui/parts.js';
import { useFetched } from '../../../ui/use-fetched.js';
import { Compare } from './compare.js';
import { Revisions } from './revisions.js';
import { Timeline } from './timeline.js';

/** How it came to be as it is: its revisions, what differs between any two, the way back, and what happened meanwhile. */
export function History({ service }: { service: Service }) {
  const { namespace = '', name, uid, generation } = service.metadata;
  const { data, error } = useFetched<{ items: Revision[] }>(`${api.revisions(namespace)}?fieldSelector=${encodeURIComponent(`spec.service=${name}`)}`, `${generation} ${service.status?.activeJob} ${service.status?.applied?.revision}`);
  if (error !== undefined && !data) return <FailureNotice error={error} title="The revisions could not be read" />;
  if (!data) return <Loading what="the revisions" />;
  const revisions = data.items.filter(({ spec }) => spec.serviceUid === uid).sort((a, b) => b.spec.generation - a.spec.generation);
  if (revisions.length === 0) return <Empty title="No revision yet"><p>The first is made with its first run.</p></Empty>;
  return (
    <div className="stack">
      <Revisions service={service} revisions={revisions} />
      {revisions.length > 1 && <Compare revisions={revisions} />}
      <Timeline service={service} revisions={revisions} />
    </div>
  );
}
