import type { Service } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { Suspense } from 'react';
import { useOne } from '../../live/store.js';
import { serviceRoute } from '../../routes.js';
import { phaseOf } from '../../ui/conditions.js';
import { late } from '../../ui/late.js';
import { Badge, Empty, Loading } from '../../ui/parts.js';
import { Actions } from './actions.js';
import { Drift } from './drift.js';
import { Events } from './events.js';
import { Logs } from './logs.js';
import { ServiceOverview } from './service-overview.js';
import { Runs } from './runs.js';

const ServiceGraph = late(() => import('./graph.js').then((module) => module.ServiceGraph));
const History = late(() => import('./history/history.js').then((module) => module.History));
const Settings = late(() => import('./settings.js').then((module) => module.Settings));
const Yaml = late(() => import('./yaml.js').then((module) => module.Yaml));

const tabs = ['overview', 'graph', 'drift', 'history', 'runs', 'logs', 'events', 'yaml', 'settings'] as const;

/** One service: what it is, what differs, what was done, and what can be done. */
export function ServicePage() {
  const { namespace, name } = serviceRoute.useParams();
  const service = useOne('services', name, namespace);
  if (service === undefined) return <Loading what="the service" />;
  if (service === null) return <Empty page title={`There is no service ${name}`}><Link to="/services">All services</Link></Empty>;
  // What was typed, opened or refused belongs to one service, also when the next page is another's.
  return <Parts key={service.metadata.uid} service={service} />;
}

function Parts({ service }: { service: Service }) {
  const { namespace = '', name } = service.metadata;
  const { tab = 'overview' } = serviceRoute.useSearch();
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
      <Suspense fallback={<Loading what="this part" />}>
        {tab === 'overview' && <ServiceOverview service={service} />}
        {tab === 'graph' && <ServiceGraph service={service} />}
        {tab === 'drift' && <Drift service={service} />}
        {tab === 'history' && <History service={service} />}
        {tab === 'runs' && <Runs service={service} />}
        {tab === 'logs' && <Logs service={service} />}
        {tab === 'events' && <Events service={service} />}
        {tab === 'settings' && <Settings service={service} />}
        {tab === 'yaml' && <Yaml service={service} />}
      </Suspense>
    </>
  );
}
