import type { Template } from '@spawnit/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { catalogueRoute } from '../routes.js';
import { useAll } from '../live/store.js';
import { Empty, Loading, Notice } from '../ui/parts.js';

/** What can be made, by category; a card says what is missing for it. */
export function Catalogue() {
  const { q = '' } = catalogueRoute.useSearch();
  const navigate = useNavigate({ from: '/catalogue' });
  const templates = useAll('templates');
  const nodes = useAll('nodes');
  if (!templates || !nodes) return <Loading what="the catalogue" />;
  const words = q.toLowerCase().split(/\s+/);
  const found = templates.filter(({ spec, metadata }) => words.every((word) => `${metadata.name} ${spec.title} ${spec.category} ${spec.description}`.toLowerCase().includes(word)));
  const abilities = new Set(nodes.flatMap(({ status }) => status?.abilities ?? []));
  return (
    <>
      <div className="row between">
        <h1>Catalogue</h1>
        <div className="field">
          <label htmlFor="search">Search</label>
          <input id="search" type="search" value={q} onChange={(event) => void navigate({ search: { q: event.target.value || undefined }, replace: true })} />
        </div>
      </div>
      {found.length === 0 && <Empty title="Nothing in the catalogue matches">Try another word.</Empty>}
      {[...new Set(found.map(({ spec }) => spec.category))].sort().map((category) => (
        <section key={category} className="stack" aria-label={category}>
          <h2>{category}</h2>
          <div className="cards">
            {found.filter(({ spec }) => spec.category === category).map((template) => <Card key={template.metadata.uid} template={template} abilities={abilities} />)}
          </div>
        </section>
      ))}
    </>
  );
}

function Card({ template: { metadata, spec }, abilities }: { template: Template; abilities: ReadonlySet<string> }) {
  const missing = spec.abilities.filter((ability) => !abilities.has(ability));
  return (
    <div className="card">
      <div className="row">
        {spec.icon && <img src={`data:image/svg+xml,${encodeURIComponent(spec.icon)}`} alt="" width="28" height="28" />}
        <h3><Link to="/catalogue/$template" params={{ template: metadata.name }}>{spec.title}</Link></h3>
      </div>
      <p className="quiet">{spec.description}</p>
      {missing.length > 0 && <Notice tone="warn" title={`No node offers ${missing.join(', ')} yet`} />}
    </div>
  );
}
