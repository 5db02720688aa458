import { useAll } from '../../live/store.js';
import { nodesRoute } from '../../routes.js';
import { Empty, Loading } from '../../ui/parts.js';
import { factsOf, isMoving } from './node-facts.js';
import { NodeDetails } from './node-details.js';
import { NodeTable } from './node-table.js';
import { Star } from './star.js';

/** The star: the API in the centre, the nodes around it, and what each runs; then the same as a table. */
export function Nodes() {
  const { node: chosen } = nodesRoute.useSearch();
  const nodes = useAll('nodes');
  const services = useAll('services');
  const jobs = useAll('jobs');
  if (!nodes || !services || !jobs) return <Loading what="the nodes" />;
  if (nodes.length === 0) return <><h1>Nodes</h1><Empty title="No node has joined yet"><p>Start a worker-agent with this cluster’s join token (<code>tokens/join</code> in the server’s data folder): it appears here within seconds.</p></Empty></>;
  const facts = factsOf(nodes, services, jobs);
  const moving = services.filter(isMoving);
  const shown = facts.find(({ node }) => node.metadata.name === chosen);
  return (
    <>
      <h1>Nodes <span className="quiet">{facts.filter(({ state }) => state === 'Ready').length} of {facts.length} ready</span></h1>
      <section className="card star-frame" tabIndex={0} aria-label="The star"><Star facts={facts} chosen={chosen} /></section>
      <p role="status" className="quiet">{moving.length > 0 && `Moving to another node: ${moving.slice(0, 5).map(({ metadata }) => metadata.name).join(', ')}${moving.length > 5 ? ` and ${moving.length - 5} more` : ''}.`}</p>
      {shown && <NodeDetails fact={shown} />}
      <NodeTable facts={facts} />
    </>
  );
}
