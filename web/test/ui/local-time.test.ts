import t from 'tap';
import { inLocalTime } from '../../src/ui/local-time.js';

const at = new Date(2030, 0, 2, 15, 4, 5);

t.test('a time in the server’s words is told by the reader’s clock, with the day when it is another one', async (t) => {
  t.equal(inLocalTime(`Attempt 2 starts at ${at.toISOString()}.`, at), `Attempt 2 starts at ${at.toLocaleTimeString()}.`);
  t.equal(inLocalTime(at.toISOString(), new Date(2031, 0, 1)), at.toLocaleString());
  t.equal(inLocalTime('nothing of 2030-01-01 changes'), 'nothing of 2030-01-01 changes');
});
