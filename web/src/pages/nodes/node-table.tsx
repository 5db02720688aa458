import { Link } from '@tanstack/react-router';
import { ageText, useNow } from '../../live/clock.js';
import { useHeard } from '../../live/ages.js';
import { conditionOf } from '../../ui/conditions.js';
import { Badge } from '../../ui/parts.js';
import { NodeActions } from './node-actions.js';
import type { NodeFacts } from './node-facts.js';

export function NodeTable({ facts }: { facts: readonly NodeFacts[] }) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Nodes as a table">
      <table>
        <thead><tr><th>Node</th><th>State</th><th>Heartbeat</th><th>Slots in use</th><th>Services</th><th>Abilities</th><th>Actions</th></tr></thead>
        <tbody>{facts.map((fact) => <Row key={fact.node.metadata.uid} fact={fact} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ fact }: { fact: NodeFacts }) {
  const now = useNow();
  const { node, services, jobs } = fact;
  const { name } = node.metadata;
  const heard = useHeard('nodes', name);
  return (
    <tr>
      <td className="whole"><Link to="/nodes" search={{ node: name }}>{name}</Link></td>
      <td><StateBadges fact={fact} /></td>
      <td>{heard === undefined ? '–' : `${ageText(now - heard)} ago`}</td>
      <td>{jobs.length} of {node.spec.slots}</td>
      <td>{services.length}</td>
      <td>{node.status?.abilities?.join(', ') ?? '–'}</td>
      <td><NodeActions fact={fact} /></td>
    </tr>
  );
}

export function StateBadges({ fact: { node, state } }: { fact: NodeFacts }) {
  const drained = conditionOf(node, 'Drained')?.status === 'True';
  return (
    <span className="row">
      {state === 'Ready' ? <Badge tone="good">Ready</Badge> : state === 'Lost' ? <Badge tone="bad">Lost</Badge> : <Badge tone="wait">New</Badge>}
      {node.spec.drain ? <Badge tone="wait">{drained ? 'Drained' : 'Draining'}</Badge> : node.spec.unschedulable && <Badge tone="wait">Cordoned</Badge>}
    </span>
  );
}
