import type { Resource } from '@spawnit/contract';
import t from 'tap';
import { recordEvent } from '../../src/resources/events.js';
import { Records } from '../../src/store/log/view.js';

const about: Resource = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'shop', namespace: 'default', uid: 'u' } };
const hour = (at: number) => new Date(at * 3_600_000).toISOString();

t.test('a namespace keeps 1,000 events: those written longest ago go, whatever clocks say, and one that happens again is not old', async (t) => {
  const records = new Records();
  let seq = 0;
  const happens = (message: string, now: string) => records.apply(++seq, recordEvent(records, { about, reason: 'Tried', message, component: 'reconciler', now }));
  const messages = () => [...records.list('')].map(({ value }) => value['message']);

  happens('of a clock far ahead', hour(9_000));
  happens('again and again', hour(1));
  for (let i = 0; i < 998; i++) happens(`number ${i}`, hour(2 + i));
  t.equal(records.size, 1_000);
  happens('again and again', hour(2_000));
  happens('one more', hour(2_001));
  happens('and one more', hour(2_002));

  t.equal(records.size, 1_000);
  t.notOk(messages().includes('of a clock far ahead'));
  t.notOk(messages().includes('number 0'));
  for (const message of ['again and again', 'number 1', 'and one more']) t.ok(messages().includes(message), message);
});
