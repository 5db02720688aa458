import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useAll } from '../../live/store.js';
import { servicesRoute } from '../../routes.js';
import { Empty, Loading } from '../../ui/parts.js';
import { Bulk } from './bulk.js';
import { chosen } from './filter.js';
import { Filters } from './filters.js';
import { Rows } from './rows.js';

/** All services, filtered as the address says; what is picked can be acted on together. */
export function Services() {
  const search = servicesRoute.useSearch();
  const services = useAll('services');
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => chosen(services ?? [], search), [services, search]);
  if (!services) return <Loading what="the services" />;
  const of = found.filter(({ metadata }) => picked.has(metadata.uid!));
  return (
    <>
      <div className="row between">
        <h1>Services <span className="quiet">{found.length === services.length ? services.length : `${found.length} of ${services.length}`}</span></h1>
        <Link to="/catalogue" className="button" data-kind="primary">New service</Link>
      </div>
      {services.length === 0 ? <Empty title="No services yet"><p>Pick something from the catalogue, fill in a form, and watch it come up.</p><div><Link to="/catalogue" className="button" data-kind="primary">Open the catalogue</Link></div></Empty> : <Filters services={services} />}
      {of.length > 0 && <Bulk services={of} onDone={() => setPicked(new Set())} />}
      {services.length > 0 && (found.length === 0 ? <Empty title="No service matches the filter"><div><Link to="/services" className="button">Show all</Link></div></Empty> : <Rows services={found} picked={picked} onPick={setPicked} />)}
    </>
  );
}
