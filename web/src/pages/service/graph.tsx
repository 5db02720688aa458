import type { Service, StateContent } from '@spawnit/contract';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { asFailure } from '../../api/failure.js';
import { api } from '../../api/paths.js';
import { Graph } from '../../graph/graph.js';
import type { GraphEdge, GraphNode } from '../../graph/layout.js';
import { useAll } from '../../live/store.js';
import { phaseOf } from '../../ui/conditions.js';
import { Empty, FailureNotice, Loading } from '../../ui/parts.js';
import { useFetched } from '../../ui/use-fetched.js';

/** What it is made of and what that needs; which services it needs, and which need it. */
export function ServiceGraph({ service }: { service: Service }) {
  return (
    <>
      <Services service={service} />
      <Resources service={service} />
    </>
  );
}

function Services({ service }: { service: Service }) {
  const navigate = useNavigate();
  const services = useAll('services');
  const { namespace = '', name } = service.metadata;
  const { nodes, edges } = useMemo(() => neighbours(service, services ?? []), [service, services]);
  if (nodes.length < 2) return null;
  return (
    <section className="stack" aria-labelledby="services">
      <h2 id="services">Services <span className="quiet">each is needed by those at its right</span></h2>
      <Graph label="Services that need each other" nodes={nodes} edges={edges} chosen={name} onChoose={(other) => void navigate({ to: '/services/$namespace/$name', params: { namespace, name: other }, search: { tab: 'graph' } })} />
    </section>
  );
}

/** All that it needs and all that need it, near and far. */
function neighbours(service: Service, services: readonly Service[]): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const own = services.filter(({ metadata }) => metadata.namespace === service.metadata.namespace);
  const edges = own.flatMap((each) => needsOf(each).map((need) => ({ from: need, to: each.metadata.name })));
  const reach = (step: (name: string) => string[]) => {
    const seen = new Set([service.metadata.name]);
    for (const name of seen) for (const next of step(name)) seen.add(next);
    return seen;
  };
  const names = new Set([...reach((name) => edges.flatMap(({ from, to }) => (to === name ? [from] : []))), ...reach((name) => edges.flatMap(({ from, to }) => (from === name ? [to] : [])))]);
  const nodes = [...names].map((name) => {
    const found = own.find(({ metadata }) => metadata.name === name);
    return { id: name, title: name, note: found ? `${found.spec.template}, ${phaseOf(found).word}` : 'not there yet', tone: found ? phaseOf(found).tone : ('bad' as const) };
  });
  return { nodes, edges };
}

function needsOf({ spec }: Service): string[] {
  return [...new Set([...spec.dependsOn, ...spec.parametersFrom.map(({ service }) => service)])];
}

function Resources({ service }: { service: Service }) {
  const { namespace = '', name } = service.metadata;
  const [chosen, setChosen] = useState<string>();
  const { data, error } = useFetched<StateContent>(api.state(namespace, name, 'current'), service.status?.applied?.job);
  const { nodes, edges } = useMemo(() => resourcesOf(data, service), [data, service]);
  if (error !== undefined && asFailure(error).details.status === 404) return <Empty title="Nothing was made for it yet"><p>What it is made of stands here after its first run.</p></Empty>;
  if (error !== undefined && !data) return <FailureNotice error={error} title="What it is made of could not be read" />;
  if (!data) return <Loading what="what it is made of" />;
  const shown = data.contents.find(({ address }) => address === chosen);
  return (
    <section className="stack" aria-labelledby="resources">
      <h2 id="resources">Resources <span className="quiet">{data.contents.length}, each made after those at its left</span></h2>
      {nodes.length === 0 ? <Empty title="It is made of nothing now" /> : <Graph label="Resources" nodes={nodes} edges={edges} chosen={chosen} onChoose={(id) => setChosen(id === chosen ? undefined : id)} />}
      {shown && <Resource content={shown} drifted={driftedOf(service, shown.address)} />}
    </section>
  );
}

function resourcesOf(data: StateContent | undefined, service: Service): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const contents = data?.contents ?? [];
  const nodes = contents.map(({ address, id, tainted }) => {
    const drifted = driftedOf(service, address).length > 0;
    return { id: address, title: address.replace(/^(module\.\w+\.)+/, ''), note: tainted ? 'to be made anew' : drifted ? 'drifted' : id?.slice(0, 24), tone: tainted ? ('bad' as const) : drifted ? ('warn' as const) : ('good' as const) };
  });
  const edges = contents.flatMap(({ address, dependencies = [] }) => contents.filter((other) => dependencies.includes(plain(other.address))).map((other) => ({ from: other.address, to: address })));
  return { nodes, edges };
}

/** An address without its index, as dependencies are written. */
function plain(address: string): string {
  return address.replace(/\[[^\]]*\]$/, '');
}

function driftedOf({ status }: Service, address: string) {
  return status?.drift?.verdict === 'Drifted' ? status.drift.fields.filter(({ resource, ignored }) => resource === address && !ignored) : [];
}

function Resource({ content: { address, attributes }, drifted }: { content: StateContent['contents'][number]; drifted: readonly { field: string }[] }) {
  const fields = Object.entries(attributes).filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0));
  return (
    <section className="card" aria-labelledby="resource">
      <h3 id="resource" className="mono wrap">{address}</h3>
      <div className="scroll" tabIndex={0} role="region" aria-label="Its fields">
        <table>
          <tbody>
            {fields.map(([field, value]) => (
              <tr key={field}><th scope="row" className="mono">{field}{drifted.some((each) => each.field.split('.')[0] === field) && ' (drifted)'}</th><td className="mono wrap">{typeof value === 'string' ? value : JSON.stringify(value)}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
