import { withCondition, type Node } from '@spawnit/contract';
import t from 'tap';
import { Leases } from '../../src/leases/leases.js';
import { HandAgent, startPlane } from '../agent/plane.js';

/** A clock that a test turns by hand; the lease looks every 250 ms of it. */
function handClock(): { leases: Leases; pass(ms: number, storeAnswers?: boolean): void; jump(ms: number): void } {
  let now = 1_000_000;
  const leases = new Leases(() => now);
  const pass = (ms: number, storeAnswers = true) => {
    for (const end = now + ms; now < end; ) {
      now = Math.min(end, now + 250);
      leases.look(storeAnswers);
    }
  };
  return { leases, pass, jump: (ms) => (now += ms) };
}
const beat = { session: 's', counter: 1, running: [], time: '2026-01-01T00:00:00Z' };

t.test('a node is silent 20 s after it was last heard, not before', async (t) => {
  const { leases, pass } = handClock();
  leases.hear('n', beat);
  pass(19_750);
  t.notOk(leases.isSilent('n'));
  pass(250);
  t.ok(leases.isSilent('n'));
  leases.hear('n', beat);
  t.notOk(leases.isSilent('n'));
});

t.test('after a start nobody is silent for 20 s', async (t) => {
  const { leases, pass } = handClock();
  pass(19_750);
  t.notOk(leases.isSilent('never heard'));
  pass(250);
  t.ok(leases.isSilent('never heard'));
});

t.test('while the store is away nobody is silent, and when it is back all begin anew', async (t) => {
  const { leases, pass } = handClock();
  leases.hear('n', beat);
  pass(15_000);
  pass(60_000, false);
  t.notOk(leases.isSilent('n'));
  t.equal(leases.silentFor('n'), 0);
  pass(19_750);
  t.notOk(leases.isSilent('n'));
  pass(500);
  t.ok(leases.isSilent('n'));
});

t.test('a server that stood still has heard nobody, and blames nobody', async (t) => {
  const { leases, pass, jump } = handClock();
  leases.hear('n', beat);
  jump(60_000);
  t.notOk(leases.isSilent('n'), 'asked before anything else had a turn');
  pass(19_750);
  t.notOk(leases.isSilent('n'));
  pass(500);
  t.ok(leases.isSilent('n'));
});

t.test('a session that was replaced does not come back', async (t) => {
  const { leases } = handClock();
  leases.hear('n', beat);
  leases.hear('n', { ...beat, session: 'newer' });
  t.ok(leases.isOver('n', 's'));
  t.notOk(leases.isOver('n', 'newer'));
});

t.test('of a node that is started anew for years little is kept in mind, and of one that is gone nothing once it has been silent', async (t) => {
  const { leases, pass } = handClock();
  for (let i = 0; i < 1_000; i++) leases.hear('n', { ...beat, session: `s${i}` });
  t.equal(leases.size, 1 + 64);
  t.ok(leases.isOver('n', 's998'));
  leases.gone('n');
  pass(19_750);
  leases.hear('n', beat); // One that was on its way when the record went.
  pass(19_750);
  t.ok(leases.knows('n'));
  pass(250);
  t.notOk(leases.knows('n'));
  t.equal(leases.size, 0);
});

t.test('a node that was deleted and is there again is kept in mind as any other', async (t) => {
  const { leases, pass } = handClock();
  leases.hear('n', beat);
  leases.gone('n');
  leases.there('n');
  pass(60_000);
  t.ok(leases.knows('n'));
});

t.test('the scheduler cannot call a node lost that this server has heard', async (t) => {
  const plane = await startPlane(t);
  await HandAgent.join(t, plane, 'n1');
  const scheduler = plane.as('scheduler');
  const node = await scheduler.nodes.get('n1');
  const says = (of: Node, status: 'True' | 'False') => ({ ...of, status: { ...of.status, heartbeat: undefined, conditions: withCondition(of.status?.conditions, { type: 'Ready', status, reason: status === 'True' ? 'HeartbeatsCome' : 'HeartbeatsStopped', message: '' }, '2026-01-01T00:00:00Z') } });
  await t.rejects(scheduler.nodes.replaceStatus(says(node, 'False')), { code: 'Conflict', message: /not lost: its silence has lasted \d/ });
  t.match(await scheduler.nodes.replaceStatus(says(node, 'True')), { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
});
