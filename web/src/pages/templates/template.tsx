import type { Template } from '@spawnit/contract';
import { Link } from '@tanstack/react-router';
import { useAll, useOne } from '../../live/store.js';
import { templateRoute } from '../../routes.js';
import { Badge, Empty, Loading } from '../../ui/parts.js';
import { ModuleCard } from './module-card.js';
import { Parameters } from './parameters.js';
import { prerequisitesOf } from './prerequisites.js';

/** One template: what it asks for and gives, what it needs, and the module that it runs. */
export function TemplatePage() {
  const { name } = templateRoute.useParams();
  const template = useOne('templates', name);
  if (template === undefined) return <Loading what="the template" />;
  if (template === null) return <Empty page title={`There is no template ${name}`}><div><Link to="/templates" className="button">All templates</Link></div></Empty>;
  const { spec } = template;
  return (
    <>
      <div className="row between">
        <h1>{spec.title} <span className="quiet mono">{name}</span></h1>
        <Link to="/catalogue/$template" params={{ template: name }} className="button" data-kind="primary">New service</Link>
      </div>
      <p>{spec.description}</p>
      <Prerequisites template={template} />
      <Parameters schema={spec.parameters} />
      <Outputs template={template} />
      {spec.help && <section className="card" aria-labelledby="help"><h2 id="help">Help</h2><p className="prose">{spec.help}</p></section>}
      <ModuleCard template={template} />
    </>
  );
}

function Prerequisites({ template }: { template: Template }) {
  const nodes = useAll('nodes');
  if (!nodes) return null;
  const needs = prerequisitesOf(template, nodes);
  return (
    <section className="card" aria-labelledby="needs">
      <h2 id="needs">What it needs</h2>
      {needs.length === 0 && <p className="quiet">Nothing of its node.</p>}
      {needs.map(({ ability, ready, known }) => (
        <div key={ability} className="row">
          <Badge tone={ready.length > 0 ? 'good' : 'warn'}>{ability}</Badge>
          <span className="wrap">{ready.length > 0 ? `on ${ready.join(', ')}` : known.length > 0 ? `only on nodes that are lost: ${known.join(', ')}` : 'on no node: start a worker-agent where it is installed'}</span>
        </div>
      ))}
      <p className="quiet">{template.spec.binding === 'Engine' ? 'It lives on the engine of the node it is placed on.' : 'It lives elsewhere: any able node may make and check it.'}</p>
    </section>
  );
}

function Outputs({ template: { spec } }: { template: Template }) {
  const outputs = Object.entries(spec.outputs);
  return (
    <section className="card" aria-labelledby="outputs">
      <h2 id="outputs">What it gives</h2>
      {outputs.length === 0 ? <p className="quiet">No outputs.</p> : (
        <table>
          <thead><tr><th>Output</th><th>Title</th><th>Meaning</th></tr></thead>
          <tbody>{outputs.map(([name, { title, description, sensitive }]) => <tr key={name}><th scope="row" className="mono">{name}</th><td>{title}{sensitive && <span className="quiet"> (sensitive)</span>}</td><td>{description ?? '–'}</td></tr>)}</tbody>
        </table>
      )}
    </section>
  );
}
