import t from 'tap';
import { isTerminal, jobPhases, mayFollow } from '../src/kinds/job.js';

t.test('a terminal phase is final', async (t) => {
  for (const from of jobPhases.filter(isTerminal)) {
    for (const to of jobPhases) t.equal(mayFollow(from, to), from === to, `${from} → ${to}`);
  }
});

t.test('a job runs only after it was assigned, and is lost only once somebody has it', async (t) => {
  t.notOk(mayFollow('Pending', 'Running'));
  t.notOk(mayFollow('Pending', 'Lost'));
  t.ok(mayFollow('Assigned', 'Lost'));
  t.notOk(mayFollow('Running', 'Assigned'));
});
