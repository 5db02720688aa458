import t from 'tap';
import { card, layOut, layOutTall, type StarLayout } from '../../src/pages/nodes/star-layout.js';

const counts = [1, 2, 3, 7, 24];

t.test('no card lies on another or on the API, and all are in the picture, wide or tall', async (t) => {
  for (const [name, of] of Object.entries({ layOut, layOutTall })) for (const count of counts) {
    const { box, nodes } = of(count);
    t.same(nodes.filter((one, i) => nodes.slice(i + 1).some((other) => Math.abs(one.x - other.x) < card.width && Math.abs(one.y - other.y) < card.height)), [], `${name} of ${count}`);
    t.ok(nodes.every((node) => inside(box, node)), `${name} of ${count} shows all`);
    t.notOk(nodes.some(({ x, y }) => Math.abs(x) < card.width / 2 && Math.abs(y) < card.height / 2), 'the API is free');
  }
});

t.test('tall is as wide as a phone, however many there are', async (t) => {
  t.same(counts.map((count) => layOutTall(count).box.width), counts.map(() => layOutTall(1).box.width));
  t.ok(layOutTall(1).box.width <= 390);
});

function inside(box: StarLayout['box'], { x, y }: { x: number; y: number }): boolean {
  const [dx, dy] = [card.width / 2, card.height / 2];
  return x - dx >= box.x && x + dx <= box.x + box.width && y - dy >= box.y && y + dy <= box.y + box.height;
}
