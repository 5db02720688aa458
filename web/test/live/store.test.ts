import type { Resource } from '@spawnit/contract';
import t from 'tap';
import { live } from '../../src/live/store.js';

const named = (name: string): Resource => ({ metadata: { name, uid: name } }) as Resource;
const told = () => new Promise<void>((resolve) => void live.subscribe(resolve));

t.test('what was told just before all is forgotten is unknown afterwards, not none', async (t) => {
  live.sync('services', [named('a')]);
  live.clear();
  live.sync('nodes', [named('n')]);
  await told();
  t.same(live.read(), { nodes: [named('n')] });
  live.clear();
  t.same(live.read(), {});
});
