import t from 'tap';
import { box, layOut } from '../../src/graph/layout.js';

const node = (id: string) => ({ id, title: id });

t.test('each thing stands right of all that it needs, and none on another', async (t) => {
  const nodes = ['app', 'db', 'net', 'volume', 'proxy', 'alone'].map(node);
  const edges = [['net', 'db'], ['volume', 'db'], ['db', 'app'], ['net', 'app'], ['app', 'proxy']].map(([from, to]) => ({ from: from!, to: to! }));
  const { placed, width, height } = layOut(nodes, edges);
  const at = new Map(placed.map((each) => [each.id, each]));
  for (const { from, to } of edges) t.ok(at.get(from)!.x + box.width < at.get(to)!.x, `${from} before ${to}`);
  for (const a of placed) for (const b of placed) if (a.id < b.id) t.ok(a.x !== b.x || Math.abs(a.y - b.y) >= box.height, `${a.id} beside ${b.id}`);
  for (const { x, y } of placed) t.ok(x >= 0 && y >= 0 && x + box.width <= width && y + box.height <= height);
});

t.test('what needs itself, each other, or what is not there is drawn all the same', async (t) => {
  const { placed } = layOut(['a', 'b', 'c'].map(node), [{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }, { from: 'c', to: 'c' }, { from: 'gone', to: 'c' }]);
  t.strictSame(placed.map(({ id }) => id).sort(), ['a', 'b', 'c']);
  t.strictSame(layOut([], []).placed, []);
});
