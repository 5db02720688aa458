import t from 'tap';
import { matching, placeOf } from '../../src/palette/matching.js';

const named = (...labels: string[]) => labels.map((label) => ({ id: `do ${label}`, label, hint: 'do' }));

t.test('what was chosen stays chosen when another command comes in before it, and nothing is chosen in its stead', async (t) => {
  const before = matching(named('Check app', 'Suspend app'), 'app', 12);
  const after = matching(named('Check app', 'Revert app', 'Suspend app'), 'app', 12);
  t.equal(after[1]?.label, 'Revert app', 'it has taken the place');
  t.equal(after[placeOf(after, before[1]!.id)]?.label, 'Suspend app');
  t.equal(placeOf(before, after[1]!.id), -1, 'it is gone');
  t.equal(placeOf(before, undefined), 0);
  t.equal(placeOf([], undefined), -1);
});
