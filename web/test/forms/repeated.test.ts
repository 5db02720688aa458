import t from 'tap';
import { repeated } from '../../src/forms/repeated.js';

const rows = (...keys: string[]) => keys.map((key, id) => ({ id, key }));

t.test('a row whose name stands above is found; rows without a name are none', async (t) => {
  t.same([...repeated(rows('a', 'b', 'a', 'a'))], [2, 3]);
  t.same([...repeated(rows('a', 'A', ' a'))], []);
  t.same([...repeated(rows('', 'a', ''))], []);
});
