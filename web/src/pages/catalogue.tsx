import type { Template } from '@spawnit/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { catalogueRoute } from '../routes.js';
import { useAll } from '../live/store.js';
import { Badge, Empty, Loading } from '../ui/parts.js';
import { missingFor } from './templates/prerequisites.js';

/** What can be made, by category; a card says what is missing for it. */
export function Catalogue() {
  const { q = '', category } = catalogueRoute.useSearch();
  const navigate = useNavigate({ from: '/catalogue' });
  const templates = useAll('templates');
  const nodes = useAll('nodes');
  if (!templates || !nodes) return <Loading what="the catalogue" />;
  const words = q.toLowerCase().split(/\s+/);
  const matching = templates.filter(({ spec, metadata }) => words.every((word) => `${metadata.name} ${spec.title} ${spec.category} ${spec.description}`.toLowerCase().includes(word)));
  const categories = [...new Set(templates.map(({ spec }) => spec.category))].sort();
  const count = (of: string) => matching.filter(({ spec }) => spec.category === of).length;
  const found = categories.filter((of) => (category === undefined || of === category) && count(of) > 0);
  return (
    <>
      <div className="row between">
        <h1>Catalogue</h1>
        <search className="field">
          <label htmlFor="search">Search</label>
          <input id="search" type="search" data-filter value={q} onChange={(event) => void navigate({ search: (before) => ({ ...before, q: event.target.value || undefined }), replace: true })} />
        </search>
      </div>
      <nav className="row" aria-label="Categories">
        {[undefined, ...categories].map((of) => (
          <Link key={of ?? 'all'} to="/catalogue" search={(before) => ({ ...before, category: of })} replace className="button" aria-current={category === of ? 'true' : undefined}>
            {of ?? 'All'} <span className="quiet">{of === undefined ? matching.length : count(of)}</span>
          </Link>
        ))}
      </nav>
      {found.length === 0 && <Empty title={templates.length === 0 ? 'The catalogue is empty' : 'Nothing in the catalogue matches'}>{templates.length > 0 && <div><Link to="/catalogue" className="button">Show all</Link></div>}</Empty>}
      {found.map((of) => (
        <section key={of} className="stack" aria-label={of}>
          <h2>{of}</h2>
          <div className="cards">
            {matching.filter(({ spec }) => spec.category === of).map((template) => <Card key={template.metadata.uid} template={template} missing={missingFor(template, nodes)} />)}
          </div>
        </section>
      ))}
    </>
  );
}

function Card({ template: { metadata, spec }, missing }: { template: Template; missing?: string }) {
  return (
    <div className="card">
      <div className="row">
        {spec.icon && <img src={`data:image/svg+xml,${encodeURIComponent(spec.icon)}`} alt="" width="28" height="28" />}
        <h3><Link to="/catalogue/$template" params={{ template: metadata.name }}>{spec.title}</Link></h3>
      </div>
      <p className="quiet">{spec.description}</p>
      {missing && <div className="wrapped"><Badge tone="warn">{missing}</Badge></div>}
      <Link to="/templates/$name" params={{ name: metadata.name }} className="quiet">About this template</Link>
    </div>
  );
}
