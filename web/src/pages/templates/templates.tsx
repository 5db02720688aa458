import type { Node, Service, Template } from '@spawnit/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { useAll } from '../../live/store.js';
import { templatesRoute } from '../../routes.js';
import { Badge, Empty, Loading } from '../../ui/parts.js';
import { missingFor } from './prerequisites.js';

/** What services are made from: for those who look after the catalogue. */
export function Templates() {
  const { q = '' } = templatesRoute.useSearch();
  const navigate = useNavigate({ from: '/templates' });
  const templates = useAll('templates');
  const nodes = useAll('nodes');
  const services = useAll('services');
  if (!templates || !nodes || !services) return <Loading what="the templates" />;
  const words = q.toLowerCase().split(/\s+/);
  const found = templates.filter(({ metadata, spec }) => words.every((word) => `${metadata.name} ${spec.title} ${spec.category} ${spec.provider} ${spec.abilities.join(' ')}`.toLowerCase().includes(word)));
  return (
    <>
      <div className="row between">
        <h1>Templates <span className="quiet">{found.length === templates.length ? templates.length : `${found.length} of ${templates.length}`}</span></h1>
        <search className="field">
          <label htmlFor="filter">Filter</label>
          <input id="filter" type="search" data-filter value={q} onChange={(event) => void navigate({ search: { q: event.target.value || undefined }, replace: true })} />
        </search>
      </div>
      {found.length === 0 ? <Empty title={templates.length === 0 ? 'The catalogue is empty' : 'No template matches the filter'}>{templates.length > 0 && <div><Link to="/templates" className="button">Show all</Link></div>}</Empty> : (
        <div className="scroll" tabIndex={0} role="region" aria-label="Templates">
          <table>
            <thead><tr><th>Name</th><th>Title</th><th>Category</th><th>Made by</th><th>Needs</th><th>Parameters</th><th>Services</th><th>Module</th></tr></thead>
            <tbody>
              {found.map((template) => <Row key={template.metadata.uid} template={template} nodes={nodes} services={services} />)}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Row({ template, nodes, services }: { template: Template; nodes: readonly Node[]; services: readonly Service[] }) {
  const { metadata, spec } = template;
  const missing = missingFor(template, nodes);
  return (
    <tr>
      <td><Link to="/templates/$name" params={{ name: metadata.name }}>{metadata.name}</Link></td>
      <td>{spec.title}</td>
      <td>{spec.category}</td>
      <td>{spec.provider}</td>
      <td>{missing === undefined ? <Badge tone="good">{spec.abilities.join(', ') || 'nothing'}</Badge> : <Badge tone="warn">{missing}</Badge>}</td>
      <td>{Object.keys(spec.parameters.properties).length}</td>
      <td><Link to="/services" search={{ template: metadata.name }}>{services.filter((service) => service.spec.template === metadata.name).length}</Link></td>
      <td className="mono" title={spec.module}>{shortDigest(spec.module)}</td>
    </tr>
  );
}

export function shortDigest(digest: string): string {
  return digest.replace('sha256-', '').slice(0, 12);
}
