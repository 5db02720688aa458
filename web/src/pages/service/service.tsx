import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { stringify } from 'yaml';
import { useNow } from '../../live/clock.js';
import { useAll, useOne } from '../../live/store.js';
import { serviceRoute } from '../../routes.js';
import { phaseOf } from '../../ui/conditions.js';
import { Badge, Empty, Loading } from '../../ui/parts.js';
import { EventRow } from '../overview.js';
import { Actions } from './actions.js';
import { Drift } from './drift.js';
import { Logs } from './logs.js';
import { ServiceOverview } from './service-overview.js';
import { Runs } from './runs.js';

const tabs = ['overview', 'drift', 'runs', 'logs', 'events', 'yaml'] as const;

/** One service: what it is, what differs, what was done, and what can be done. */
export function ServicePage() {
  const { namespace, name } = serviceRoute.useParams();
  const { tab = 'overview' } = serviceRoute.useSearch();
  const service = useOne('services', name, namespace);
  if (service === undefined) return <Loading what="the service" />;
  if (service === null) return <Empty title={`There is no service ${name}`}><Link to="/services">All services</Link></Empty>;
  const { word, tone } = phaseOf(service);
  return (
    <>
      <div className="row between">
        <div className="row"><h1>{name}</h1><Badge tone={tone}>{word}</Badge></div>
        <Actions service={service} />
      </div>
      <nav className="tabs" aria-label="Parts of this service">
        {tabs.map((each) => (
          <Link key={each} to="/services/$namespace/$name" params={{ namespace, name }} search={{ tab: each === 'overview' ? undefined : each }} activeOptions={{ includeSearch: true, exact: true }}>
            {each === 'yaml' ? 'YAML' : each[0]!.toUpperCase() + each.slice(1)}
          </Link>
        ))}
      </nav>
      {tab === 'overview' && <ServiceOverview service={service} />}
      {tab === 'drift' && <Drift service={service} />}
      {tab === 'runs' && <Runs service={service} />}
      {tab === 'logs' && <Logs service={service} />}
      {tab === 'events' && <Events service={service} />}
      {tab === 'yaml' && <pre className="code" tabIndex={0}>{stringify(service)}</pre>}
    </>
  );
}

function Events({ service }: { service: Service }) {
  const now = useNow();
  const events = useAll('events')?.filter(({ involvedObject }) => involvedObject.uid === service.metadata.uid);
  if (!events) return <Loading what="the events" />;
  if (events.length === 0) return <Empty title="Nothing has happened to it yet" />;
  return <section className="card">{[...events].sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? 1 : -1)).map((event) => <EventRow key={event.metadata.uid} event={event} now={now} />)}</section>;
}
