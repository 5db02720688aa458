export interface GraphNode {
  id: string;
  title: string;
  /** A second, quieter line. */
  note?: string;
  tone?: 'good' | 'warn' | 'bad' | 'wait';
}

/** `to` needs `from`. */
export interface GraphEdge {
  from: string;
  to: string;
}

export interface Placed extends GraphNode {
  x: number;
  y: number;
}

export const box = { width: 210, height: 48, gapX: 70, gapY: 18 } as const;

/** In columns: each thing right of all that it needs, near to them. Edges of a circle or to nowhere are left out of account. */
export function layOut(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): { placed: Placed[]; width: number; height: number } {
  const known = new Set(nodes.map(({ id }) => id));
  const needs = new Map(nodes.map(({ id }) => [id, edges.filter(({ from, to }) => to === id && known.has(from) && from !== id).map(({ from }) => from)]));
  const ranks = ranksOf(nodes, needs);
  const columns: GraphNode[][] = Array.from({ length: Math.max(0, ...ranks.values()) + 1 }, () => []);
  for (const node of nodes) columns[ranks.get(node.id)!]!.push(node);
  const height = Math.max(...columns.map((column) => column.length)) * (box.height + box.gapY) + box.gapY;
  const ys = new Map<string, number>();
  const placed = columns.flatMap((column, rank) => {
    const wish = (id: string) => mean(needs.get(id)!.flatMap((need) => ys.get(need) ?? []));
    const sorted = [...column].sort((a, b) => (wish(a.id) ?? 0) - (wish(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
    const top = (height - sorted.length * (box.height + box.gapY) + box.gapY) / 2;
    return sorted.map((node, index) => {
      const y = top + index * (box.height + box.gapY);
      ys.set(node.id, y);
      return { ...node, x: box.gapY + rank * (box.width + box.gapX), y };
    });
  });
  return { placed, width: columns.length * (box.width + box.gapX) - box.gapX + 2 * box.gapY, height };
}

function ranksOf(nodes: readonly GraphNode[], needs: Map<string, string[]>): Map<string, number> {
  const ranks = new Map<string, number>();
  const rank = (id: string, above: readonly string[]): number => {
    const known = ranks.get(id);
    if (known !== undefined) return known;
    const of = Math.max(-1, ...needs.get(id)!.filter((need) => !above.includes(need) && need !== id).map((need) => rank(need, [...above, id]))) + 1;
    ranks.set(id, of);
    return of;
  };
  for (const { id } of nodes) rank(id, []);
  return ranks;
}

function mean(values: number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
