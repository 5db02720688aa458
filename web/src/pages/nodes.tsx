import type { Node } from '@spawnit/contract';
import { call } from '../api/call.js';
import { api } from '../api/paths.js';
import { useNow, ageText } from '../live/clock.js';
import { useAll } from '../live/store.js';
import { conditionOf } from '../ui/conditions.js';
import { Badge, Button, Empty, FailureNotice, Loading } from '../ui/parts.js';
import { useAction } from '../ui/use-action.js';

/** The star: the API in the centre, the nodes around it, and what each runs; then the same as a table. */
export function Nodes() {
  const nodes = useAll('nodes');
  const services = useAll('services');
  if (!nodes || !services) return <Loading what="the nodes" />;
  const runs = (node: Node) => services.filter(({ status }) => status?.node === node.metadata.name).length;
  return (
    <>
      <h1>Nodes</h1>
      {nodes.length === 0 ? <Empty title="No node has joined yet"><p>Start a worker-agent with this cluster’s join token.</p></Empty> : (
        <>
          <section className="card"><Star nodes={nodes} runs={runs} /></section>
          <div className="scroll" tabIndex={0} role="region" aria-label="Nodes as a table">
            <table>
              <thead><tr><th>Node</th><th>State</th><th>Heartbeat</th><th>Slots</th><th>Services</th><th>Abilities</th><th>Actions</th></tr></thead>
              <tbody>{nodes.map((node) => <Row key={node.metadata.uid} node={node} services={runs(node)} />)}</tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}

function isReady(node: Node): boolean {
  return conditionOf(node, 'Ready')?.status === 'True';
}

function Star({ nodes, runs }: { nodes: readonly Node[]; runs: (node: Node) => number }) {
  const [width, height] = [800, 400];
  const place = (index: number) => {
    const angle = (index / nodes.length) * 2 * Math.PI - Math.PI / 2;
    return { x: width / 2 + Math.cos(angle) * 290, y: height / 2 + Math.sin(angle) * 140 };
  };
  return (
    <svg className="star" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`The API server and ${nodes.length} nodes, ${nodes.filter(isReady).length} of them ready`}>
      {nodes.map((node, index) => {
        const { x, y } = place(index);
        const ready = isReady(node);
        return (
          <g key={node.metadata.uid}>
            {ready && <line className="spoke" x1={width / 2} y1={height / 2} x2={x} y2={y} />}
            {ready && <circle className="pulse" cx={x} cy={y} r="24" />}
            <circle className="node" data-ready={ready} cx={x} cy={y} r="24" />
            <text x={x} y={y + 5}>{runs(node)}</text>
            <text x={x} y={y + 42}>{node.metadata.name}</text>
            <text className="small" x={x} y={y + 57}>{ready ? `${node.status?.heartbeat?.running.length ?? 0} of ${node.spec.slots} slots` : 'lost'}</text>
          </g>
        );
      })}
      <circle className="node" cx={width / 2} cy={height / 2} r="34" />
      <text x={width / 2} y={height / 2 + 5}>API</text>
    </svg>
  );
}

function Row({ node, services }: { node: Node; services: number }) {
  const now = useNow();
  const { name } = node.metadata;
  const { heartbeat, abilities = [] } = node.status ?? {};
  const cordoned = node.spec.unschedulable;
  const { run, busy, error } = useAction((unschedulable: boolean) => call(api.node(name), { method: 'PATCH', contentType: 'application/merge-patch+json', body: { spec: { unschedulable } } }));
  return (
    <tr>
      <td>{name}</td>
      <td>{isReady(node) ? <Badge tone="good">Ready</Badge> : <Badge tone="bad">Lost</Badge>}{cordoned && <span className="quiet"> cordoned</span>}</td>
      <td>{heartbeat ? `${ageText(now - Date.parse(heartbeat.time))} ago` : '–'}</td>
      <td>{node.spec.slots}</td>
      <td>{services}</td>
      <td>{abilities.join(', ')}</td>
      <td>
        <Button isDisabled={busy} onPress={() => void run(!cordoned)} aria-label={`${cordoned ? 'Uncordon' : 'Cordon'} ${name}`}>{cordoned ? 'Uncordon' : 'Cordon'}</Button>
        {error !== undefined && <FailureNotice error={error} title="That did not work" />}
      </td>
    </tr>
  );
}
