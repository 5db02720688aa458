/** Sizes in px of the drawing. */
export const card = { width: 176, height: 104 } as const;
export const dotsShown = 24;
const dotPx = 13;
const gap = 24;

export interface Point {
  x: number;
  y: number;
}

export interface StarLayout {
  /** The part of the plane that is drawn on. */
  box: { x: number; y: number; width: number; height: number };
  /** Middle of each node's card; the API is at 0, 0. */
  nodes: Point[];
}

export const hubRadius = 38;

/** For narrow pages: the API at the left, the nodes one below the other at its right. */
export function layOutTall(count: number): StarLayout {
  const x = hubRadius + 50 + card.width / 2;
  const nodes = Array.from({ length: count }, (_, index) => ({ x, y: (index - (count - 1) / 2) * (card.height + gap) }));
  const height = Math.max(2 * hubRadius, count * (card.height + gap)) + gap;
  return { box: { x: -hubRadius - gap / 2, y: -height / 2, width: x + card.width / 2 + hubRadius + gap, height }, nodes };
}

/** Nodes on an ellipse around the API, as wide as it must be for their cards not to overlap. */
export function layOut(count: number): StarLayout {
  const around = (count * (card.width + gap)) / (2 * Math.PI);
  const [rx, ry] = [Math.max(250, around * 1.2), Math.max(150, around * 0.8)];
  const nodes = Array.from({ length: count }, (_, index) => {
    // Two look better side by side than one above the other.
    const angle = (index / count) * 2 * Math.PI + (count === 2 ? Math.PI : -Math.PI / 2);
    return { x: Math.cos(angle) * rx, y: Math.sin(angle) * ry };
  });
  const reach = (of: 'x' | 'y', side: 1 | -1, half: number) => side * Math.max(hubRadius, ...nodes.map((node) => side * node[of] + half)) + side * gap;
  const [left, right] = [reach('x', -1, card.width / 2), reach('x', 1, card.width / 2)];
  const [top, bottom] = [reach('y', -1, card.height / 2), reach('y', 1, card.height / 2)];
  return { box: { x: left, y: top, width: right - left, height: bottom - top }, nodes };
}

/** Where on its node's card a service is drawn. */
export function dotAt(node: Point, index: number): Point {
  const columns = Math.floor((card.width - 24) / dotPx);
  return { x: node.x - card.width / 2 + 18 + (index % columns) * dotPx, y: node.y + 20 + Math.floor(index / columns) * dotPx };
}
