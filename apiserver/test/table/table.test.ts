import { eventKind, kinds, nodeKind, serviceKind, type Resource } from '@spawnit/contract';
import t from 'tap';
import { age, cell } from '../../src/table/cells.js';
import { tableOf } from '../../src/table/table.js';

const now = '2026-01-10T00:00:00Z';

t.test('an age is written as kubectl writes it', async (t) => {
  const before = (seconds: number) => new Date(Date.parse(now) - seconds * 1000).toISOString();
  const table: [number, string][] = [[0, '0s'], [119, '119s'], [120, '2m'], [199, '3m19s'], [600, '10m'], [10_799, '179m'], [10_800, '3h'], [15_000, '4h10m'], [36_000, '10h'], [172_799, '47h'], [172_800, '2d'], [180_000, '2d2h'], [864_000, '10d'], [730 * 86_400, '2y']];
  for (const [seconds, text] of table) t.equal(age(before(seconds), now), text);
  t.equal(age(undefined, now), '<unknown>');
  t.equal(age(before(-5), now), '0s', 'a clock that is ahead does no harm');
});

t.test('a column reads what its path says', async (t) => {
  const object = { metadata: { name: 'a' }, spec: { unschedulable: false, slots: 2 }, status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Fine' }], abilities: ['docker', 'aws'], heartbeat: { ageSeconds: 1.25 } } } as unknown as Resource;
  const read = (path: string, type: 'string' | 'integer' = 'string') => cell(object, { path, type }, now);
  t.equal(read('condition:Ready'), 'True');
  t.equal(read('reason:Ready'), 'Fine');
  t.equal(read('condition:Other'), '');
  t.equal(read('not:spec.unschedulable'), true);
  t.equal(read('seconds:status.heartbeat.ageSeconds'), '1.3s');
  t.equal(read('status.abilities'), 'docker,aws');
  t.equal(read('spec.slots', 'integer'), 2);
  t.equal(read('status.absent'), '');
  t.equal(read('status.absent', 'integer'), null);
});

t.test('a table has a cell for each column, the name first and the age last', async (t) => {
  const object = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', creationTimestamp: now }, spec: {} } as unknown as Resource;
  for (const kind of kinds) {
    const table = tableOf(kind, [object], {}, { version: 'v1', include: 'None', now });
    t.equal(table.rows[0]!.cells.length, table.columnDefinitions.length, kind.kind);
  }
  const names = tableOf(serviceKind, [], {}, { version: 'v1', include: 'None', now }).columnDefinitions.map(({ name }) => name);
  t.equal(names[0], 'Name');
  t.equal(names.at(-1), 'Age');
  t.match(tableOf(nodeKind, [object], {}, { version: 'v1beta1', include: 'Metadata', now }), { apiVersion: 'meta.k8s.io/v1beta1', rows: [{ object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }] });
  t.equal(tableOf(eventKind, [], {}, { version: 'v1', include: 'None', now }).columnDefinitions[0]!.name, 'Last Seen', 'of an event its age comes first, as in kubectl');
});
