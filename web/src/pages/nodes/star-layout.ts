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
  width: number;
  height: number;
  centre: Point;
  /** Middle of each node's card. */
  nodes: Point[];
}

/** Nodes on an ellipse around the API, as wide as it must be for their cards not to overlap. */
export function layOut(count: number): StarLayout {
  const around = (count * (card.width + gap)) / (2 * Math.PI);
  const [rx, ry] = [Math.max(300, around * 1.2), Math.max(150, around * 0.8)];
  const [width, height] = [2 * rx + card.width + 2 * gap, 2 * ry + card.height + 2 * gap];
  const centre = { x: width / 2, y: height / 2 };
  const at = (index: number) => {
    // Two or three look better side by side than one above the other.
    const angle = (index / count) * 2 * Math.PI + (count === 2 ? Math.PI : -Math.PI / 2);
    return { x: centre.x + Math.cos(angle) * rx, y: centre.y + Math.sin(angle) * ry };
  };
  return { width, height, centre, nodes: Array.from({ length: count }, (_, index) => at(index)) };
}

/** Where on its node's card a service is drawn. */
export function dotAt(node: Point, index: number): Point {
  const columns = Math.floor((card.width - 24) / dotPx);
  return { x: node.x - card.width / 2 + 18 + (index % columns) * dotPx, y: node.y + 20 + Math.floor(index / columns) * dotPx };
}
