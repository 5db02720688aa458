import { Fragment, useMemo } from 'react';
import { box, layOut, type GraphEdge, type GraphNode, type Placed } from './layout.js';
import './graph.css';

interface Props {
  label: string;
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  chosen?: string;
  onChoose: (id: string) => void;
}

/** What needs what, from left to right. Each thing is a button; what a chosen one is tied to stands out. */
export function Graph({ label, nodes, edges, chosen, onChoose }: Props) {
  const { placed, width, height } = useMemo(() => layOut(nodes, edges), [nodes, edges]);
  const at = new Map(placed.map((node) => [node.id, node]));
  return (
    <div className="graph" tabIndex={0} role="region" aria-label={label}>
      <div className="sheet" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {edges.map(({ from, to }) => {
            const [a, b] = [at.get(from), at.get(to)];
            return a && b ? <path key={`${from} ${to}`} d={curve(a, b)} data-chosen={from === chosen || to === chosen} /> : <Fragment key={`${from} ${to}`} />;
          })}
        </svg>
        {placed.map(({ id, title, note, tone, x, y }) => (
          <button key={id} type="button" className="thing" data-tone={tone} aria-pressed={id === chosen} style={{ left: x, top: y, width: box.width, height: box.height }} title={id} onClick={() => onChoose(id)}>
            <span className="title">{title}</span>
            {note && <span className="note">{note}</span>}
          </button>
        ))}
      </div>
    </div>
  );
}

function curve(from: Placed, to: Placed): string {
  const [x1, y1, x2, y2] = [from.x + box.width, from.y + box.height / 2, to.x, to.y + box.height / 2];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  return `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`;
}
