import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { ageText, useNow } from '../../live/clock.js';
import { useHeard } from '../../live/ages.js';
import { phaseOf } from '../../ui/conditions.js';
import { useNarrow } from '../../ui/use-narrow.js';
import { isMoving, type NodeFacts } from './node-facts.js';
import { card, dotAt, dotsShown, hubRadius, layOut, layOutTall, type Point } from './star-layout.js';
import './star.css';

/** The API in the centre and the nodes around it: a beat runs in from each that lives, and what a lost one ran moves away. */
export function Star({ facts, chosen }: { facts: readonly NodeFacts[]; chosen?: string }) {
  const tall = useNarrow();
  const { box, nodes } = tall ? layOutTall(facts.length) : layOut(facts.length);
  const ready = facts.filter(({ state }) => state === 'Ready').length;
  const dots = facts.flatMap(({ services }, index) => services.slice(0, dotsShown).map((service, place) => ({ service, ...dotAt(nodes[index]!, place) })));
  return (
    <svg className="star" data-tall={tall} viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`} role="group" aria-label={`The API server and ${facts.length} nodes, ${ready} of them ready`}>
      {facts.map(({ node, state }, index) => <Spoke key={node.metadata.uid} name={node.metadata.name} state={state} from={spokeEnd(nodes[index]!, tall)} />)}
      <circle className="hub" cx="0" cy="0" r={hubRadius} />
      <text x="0" y="5">API</text>
      {facts.map((fact, index) => <Card key={fact.node.metadata.uid} fact={fact} at={nodes[index]!} chosen={fact.node.metadata.name === chosen} />)}
      {dots.sort((a, b) => (a.service.metadata.uid! < b.service.metadata.uid! ? -1 : 1)).map(({ service, x, y }) => (
        <circle key={service.metadata.uid} className="dot" data-tone={phaseOf(service).tone} data-moving={isMoving(service)} r="4.5" style={{ transform: `translate(${x}px, ${y}px)` }}>
          <title>{`${service.metadata.name}: ${phaseOf(service).word}${isMoving(service) ? ', moving' : ''}`}</title>
        </circle>
      ))}
    </svg>
  );
}

/** One below the other, cards are reached at their side, so that no line goes behind another card. */
function spokeEnd({ x, y }: Point, tall: boolean): Point {
  return { x: tall ? x - card.width / 2 : x, y };
}

function Spoke({ name, state, from }: { name: string; state: NodeFacts['state']; from: Point }) {
  const heard = useHeard('nodes', name);
  return (
    <>
      <line className="spoke" data-state={state} x1={from.x} y1={from.y} x2="0" y2="0" />
      {state === 'Ready' && heard !== undefined && <circle key={heard} className="beat" r="5" style={{ '--from': `translate(${from.x}px, ${from.y}px)` } as CSSProperties} />}
    </>
  );
}

function Card({ fact: { node, state, services, jobs }, at, chosen }: { fact: NodeFacts; at: Point; chosen: boolean }) {
  const { name } = node.metadata;
  const [left, top] = [at.x - card.width / 2, at.y - card.height / 2];
  const more = services.length - dotsShown;
  return (
    <>
      <Link to="/nodes" search={{ node: chosen ? undefined : name }} aria-label={`${name}: ${state === 'Lost' ? 'lost' : state === 'New' ? 'not heard yet' : 'ready'}, ${services.length} ${services.length === 1 ? 'service' : 'services'}`} aria-current={chosen}>
        <rect className="node" data-state={state} data-chosen={chosen} x={left} y={top} width={card.width} height={card.height} rx="10" />
        <text className="name" x={left + 14} y={top + 24}>{name.length > 20 ? `${name.slice(0, 19)}…` : name}</text>
      </Link>
      <text className="small" x={left + 14} y={top + 42}><Pulse name={name} state={state} /></text>
      <text className="small" x={left + 14} y={top + 58}>{jobs.length} of {node.spec.slots} slots{node.spec.drain ? ', draining' : node.spec.unschedulable ? ', cordoned' : ''}{more > 0 ? `, ${services.length} services` : ''}</text>
    </>
  );
}

function Pulse({ name, state }: { name: string; state: NodeFacts['state'] }) {
  const now = useNow();
  const heard = useHeard('nodes', name);
  const age = heard === undefined ? undefined : ageText(now - heard);
  if (state === 'Lost') return <>✕ lost{age && `, silent for ${age}`}</>;
  return <>{age === undefined ? '◌ not heard yet' : `● ${age} ago`}</>;
}
