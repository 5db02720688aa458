import type { Service } from '@spawnit/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { servicesRoute } from '../routes.js';
import { useAll } from '../live/store.js';
import { phaseOf, troubleOf } from '../ui/conditions.js';
import { Badge, Empty, Loading } from '../ui/parts.js';

const rowPx = 41;
const phases = ['', 'Ready', 'Provisioning', 'Drifted', 'Failed', 'Pending', 'Suspended', 'Deleting'];

/** All services; only the rows in view are in the page, so that thousands scroll smoothly. */
export function Services() {
  const { q = '', phase = '' } = servicesRoute.useSearch();
  const navigate = useNavigate({ from: '/services' });
  const services = useAll('services');
  if (!services) return <Loading what="the services" />;
  const found = services.filter((service) => (phase === '' || phaseOf(service).word === phase) && textOf(service).includes(q.toLowerCase()));
  return (
    <>
      <div className="row between">
        <h1>Services <span className="quiet">{found.length === services.length ? services.length : `${found.length} of ${services.length}`}</span></h1>
        <Link to="/catalogue" className="button" data-kind="primary">New service</Link>
      </div>
      <div className="row">
        <div className="field">
          <label htmlFor="filter">Filter</label>
          <input id="filter" type="search" value={q} onChange={(event) => void navigate({ search: (before) => ({ ...before, q: event.target.value || undefined }), replace: true })} />
        </div>
        <div className="field">
          <label htmlFor="phase">Phase</label>
          <select id="phase" value={phase} onChange={(event) => void navigate({ search: (before) => ({ ...before, phase: event.target.value || undefined }), replace: true })}>
            {phases.map((each) => <option key={each} value={each}>{each || 'any'}</option>)}
          </select>
        </div>
      </div>
      {services.length === 0 ? <Empty title="No services yet"><Link to="/catalogue">Pick one from the catalogue</Link></Empty> : found.length === 0 ? <Empty title="No service matches the filter"><Link to="/services">Show all</Link></Empty> : <Rows services={found} />}
    </>
  );
}

function Rows({ services }: { services: readonly Service[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: services.length, getScrollElement: () => scroller.current, estimateSize: () => rowPx, overscan: 12 });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div className="scroll" ref={scroller} style={{ maxHeight: '70vh' }} tabIndex={0} role="region" aria-label="Services">
      <table aria-rowcount={services.length + 1}>
        <thead><tr><th>Name</th><th>Status</th><th>Template</th><th>Node</th><th>Address</th><th>Why</th></tr></thead>
        <tbody>
          {above > 0 && <tr style={{ height: above }} aria-hidden="true"><td colSpan={6} /></tr>}
          {items.map(({ index }) => <Row key={services[index]!.metadata.uid} service={services[index]!} index={index} />)}
          {below > 0 && <tr style={{ height: below }} aria-hidden="true"><td colSpan={6} /></tr>}
        </tbody>
      </table>
    </div>
  );
}

function Row({ service, index }: { service: Service; index: number }) {
  const { namespace = '', name } = service.metadata;
  const { word, tone } = phaseOf(service);
  const { node, url } = service.status ?? {};
  return (
    <tr aria-rowindex={index + 2}>
      <td><Link to="/services/$namespace/$name" params={{ namespace, name }}>{name}</Link>{namespace !== 'default' && <span className="quiet"> in {namespace}</span>}</td>
      <td><Badge tone={tone}>{word}</Badge></td>
      <td>{service.spec.template}</td>
      <td>{node ?? '–'}</td>
      <td>{url ? <a href={url} target="_blank" rel="noreferrer">{url}</a> : '–'}</td>
      <td className="quiet wrap">{troubleOf(service)}</td>
    </tr>
  );
}

function textOf({ metadata, spec, status }: Service): string {
  return `${metadata.namespace}/${metadata.name} ${spec.template} ${status?.node ?? ''} ${status?.url ?? ''}`.toLowerCase();
}
