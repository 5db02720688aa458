import t from 'tap';
import { setImmediate as turn } from 'node:timers/promises';
import { SharedLines } from '../../src/watch/shared-lines.js';

t.test('a text is made once for all who want it in one turn, and anew in the next', async (t) => {
  const lines = new SharedLines();
  let made = 0;
  const ask = (key: string) => lines.line(key, () => `${key} ${++made}`);
  t.same([ask('a'), ask('a'), ask('b'), ask('a')], ['a 1', 'a 1', 'b 2', 'a 1']);
  await turn();
  await turn();
  t.same([ask('a'), ask('b')], ['a 3', 'b 4']);
});
