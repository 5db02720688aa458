import { Link } from '@tanstack/react-router';
import { conditionOf, phaseOf } from '../../ui/conditions.js';
import { Badge } from '../../ui/parts.js';
import { isMoving, type NodeFacts } from './node-facts.js';
import { StateBadges } from './node-table.js';

const shown = 50;

/** One node: what it is, what it runs, and why it is as it is. */
export function NodeDetails({ fact }: { fact: NodeFacts }) {
  const { node, services, jobs } = fact;
  const { name, labels = {} } = node.metadata;
  const { engine, host, capacity, versions = {}, conditions = [] } = node.status ?? {};
  const said = conditions.filter(({ message }) => message !== '');
  const rows: [string, string | undefined][] = [
    ['Engine', engine],
    ['Ports answer at', host],
    ['Capacity', capacity && `${capacity.cpus} CPUs, ${Math.round(capacity.memoryMb / 1024)} GB`],
    ['Versions', Object.entries(versions).map(([of, version]) => `${of} ${version}`).join(', ')],
    ['Labels', Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')],
    ['Taints', node.spec.taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`).join(', ')],
    ['Drain', node.spec.drain ? conditionOf(node, 'Drained')?.message : undefined],
  ];
  return (
    <section className="card" aria-labelledby="node">
      <div className="row between">
        <div className="row"><h2 id="node">{name}</h2><StateBadges fact={fact} /></div>
        <Link to="/nodes" search={{}}>Close</Link>
      </div>
      {said.filter(({ type, status }) => type !== 'Drained' && !(type === 'Ready' && status === 'True')).map(({ type, message }) => <p key={type} className="wrap">{message}</p>)}
      <table>
        <tbody>{rows.filter(([, value]) => value).map(([word, value]) => <tr key={word}><th scope="row">{word}</th><td className="wrap">{value}</td></tr>)}</tbody>
      </table>
      <h3>Services <span className="quiet">{services.length}</span></h3>
      {services.length === 0 && <p className="quiet">It runs nothing.</p>}
      {services.slice(0, shown).map((service) => (
        <div key={service.metadata.uid} className="row">
          <Badge tone={phaseOf(service).tone}>{phaseOf(service).word}</Badge>
          <Link to="/services/$namespace/$name" params={{ namespace: service.metadata.namespace ?? '', name: service.metadata.name }}>{service.metadata.name}</Link>
          {isMoving(service) && <span className="quiet">moving</span>}
        </div>
      ))}
      {services.length > shown && <p className="quiet">and {services.length - shown} more</p>}
      {jobs.length > 0 && <h3>Runs now</h3>}
      {jobs.map(({ metadata, spec }) => <Link key={metadata.uid} to="/runs/$namespace/$name" params={{ namespace: metadata.namespace ?? '', name: metadata.name }}>{spec.type} of {spec.service}</Link>)}
    </section>
  );
}
