import { jsonLines, type ApiError, type Service } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import { get, type IncomingMessage } from 'node:http';
import t, { type Test } from 'tap';
import { startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

interface Seen {
  type: string;
  object: Service & { code?: number };
}
const start = (t: Test) => startPlane(t, { catalogueDir: shopCatalogue(t) });
const path = '/apis/spawnit.dev/v1/services';

/** All that a watch says, in a list that grows. */
async function watching(t: Test, plane: Awaited<ReturnType<typeof start>>, query: Record<string, string>, accept?: string, as: 'admin' | 'reconciler' = 'admin') {
  const ending = new AbortController();
  const seen: Seen[] = [];
  const body = await plane.as(as).transport.stream({ path, query: { watch: 'true', ...query }, accept, signal: ending.signal });
  const read = (async () => {
    for await (const event of jsonLines<Seen>(body)) seen.push(event);
  })();
  const over = read.then(() => true, () => true);
  t.teardown(async () => {
    ending.abort();
    await over;
  });
  const count = (n: number) => waitFor(() => seen.length >= n, { what: `${n} events` }).then(() => seen);
  return { seen, over, count };
}
const brief = (seen: Seen[]) => seen.map(({ type, object }) => `${type} ${object.metadata.name}`);

t.test('a watch from a version that is nowhere is told to begin anew, and not left in silence', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  const { metadata } = await services.create(service('a'));
  const ahead = String(Number(metadata.resourceVersion) + 1_000_000);
  await t.rejects(watching(t, plane, { resourceVersion: ahead }), { code: 'Expired', message: /is of no write that there is/ } as unknown as ApiError);
});

t.test('a watch without a version begins with what there is', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  await services.create(service('a'));
  for (const query of [{}, { resourceVersion: '0' }] as Record<string, string>[]) {
    const { count } = await watching(t, plane, query);
    t.strictSame(brief(await count(1)), ['ADDED a']);
  }
});

t.test('a watch from a version brings each change after it once, with the version to go on from', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  const list = await services.list();
  const made = await services.create(service('a'));
  const changed = await services.patch('a', 'default', { spec: { suspend: true } });
  const deleted = (await services.delete('a', 'default')) as Service;
  await plane.as('reconciler').services.patch('a', 'default', { metadata: { finalizers: [] } });
  const all = await (await watching(t, plane, { resourceVersion: list.metadata.resourceVersion })).count(4);
  t.strictSame(brief(all), ['ADDED a', 'MODIFIED a', 'MODIFIED a', 'DELETED a']);
  t.strictSame(all.slice(0, 3).map(({ object }) => object), [made, changed, deleted]);
  const late = await (await watching(t, plane, { resourceVersion: changed.metadata.resourceVersion! })).count(2);
  t.strictSame(late, all.slice(2));
});

t.test('those who watch the same at once are each told in their own form, as the change is to them', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  const { metadata } = await services.create(service('a', {}, { labels: { tier: 'front' } }));
  const from = { resourceVersion: metadata.resourceVersion! };
  const form = (as: string) => `application/json;as=${as};v=v1;g=meta.k8s.io`;
  const watches = await Promise.all([
    watching(t, plane, from),
    watching(t, plane, from, undefined, 'reconciler'),
    watching(t, plane, from, form('PartialObjectMetadata')),
    watching(t, plane, from, form('Table')),
    watching(t, plane, { ...from, includeObject: 'None' }, form('Table')),
    watching(t, plane, { ...from, labelSelector: 'tier=front' }),
    watching(t, plane, { ...from, labelSelector: 'tier=back' }),
    watching(t, plane, from),
  ]);
  const changed = await services.patch('a', 'default', { metadata: { labels: { tier: 'back' } } });
  const told = (await Promise.all(watches.map(({ count }) => count(1)))).map(([first]) => first as unknown as { type: string; object: Record<string, unknown> });
  const [whole, system, part, table, bare, left, came, again] = told as [...typeof told, never, never, never, never, never, never, never, never];
  t.strictSame(whole, { type: 'MODIFIED', object: changed });
  t.strictSame(again, whole);
  t.match(changed.metadata, { managedFields: Array });
  t.equal((system.object as unknown as Service).metadata.managedFields, undefined, 'whose fields are whose is no matter to the system');
  t.match(part, { type: 'MODIFIED', object: { kind: 'PartialObjectMetadata' } });
  t.match(table, { type: 'MODIFIED', object: { kind: 'Table', rows: [{ object: { kind: 'PartialObjectMetadata' } }] } });
  t.notHas(bare, { object: { rows: [{ object: {} }] } });
  t.same([left.type, came.type], ['DELETED', 'ADDED']);
});

t.test('to a selection, what comes into it is ADDED and what leaves it DELETED', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  const rv = (await services.list()).metadata.resourceVersion;
  const byLabel = await watching(t, plane, { resourceVersion: rv, labelSelector: 'x=1' });
  const byPhase = await watching(t, plane, { resourceVersion: rv, fieldSelector: 'status.phase=Ready' });
  await services.create(service('a'));
  const label = (x: string | null) => services.patch('a', 'default', { metadata: { labels: { x } } });
  const phase = (phase: string) => plane.as('reconciler').services.patch('a', 'default', { status: { phase } }, { subresource: 'status' });
  await label('1');
  await phase('Ready');
  await label('2');
  await phase('Failed');
  t.strictSame(brief(await byLabel.count(3)), ['ADDED a', 'MODIFIED a', 'DELETED a']);
  t.strictSame(brief(await byPhase.count(3)), ['ADDED a', 'MODIFIED a', 'DELETED a']);
});

t.test('initial events end with a bookmark that says so', async (t) => {
  const plane = await start(t);
  await plane.as('admin').services.create(service('a'));
  const seen = await (await watching(t, plane, { sendInitialEvents: 'true', allowWatchBookmarks: 'true', resourceVersionMatch: 'NotOlderThan' })).count(2);
  t.match(seen, [{ type: 'ADDED' }, { type: 'BOOKMARK', object: { kind: 'Service', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' }, resourceVersion: /^\d+$/ } } }]);
});

t.test('bookmarks, all the while and at the time-out, tell how far a watch is that is told of nothing', { timeout: 600_000 }, async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  await services.create(service('a'));
  const unseen = { labelSelector: 'x=1', resourceVersion: (await services.list()).metadata.resourceVersion };
  const lasting = await watching(t, plane, { ...unseen, allowWatchBookmarks: 'true' });
  const ending = await watching(t, plane, { ...unseen, allowWatchBookmarks: 'true', timeoutSeconds: '2' });
  const silent = await watching(t, plane, { ...unseen, timeoutSeconds: '2' });
  const last = await services.patch('a', 'default', { spec: { suspend: true } });
  const told = (seen: Seen[]) => seen.map(({ type, object: { kind, metadata } }) => ({ type, kind, upToDate: Number(metadata.resourceVersion) >= Number(last.metadata.resourceVersion) }));
  const bookmark = { type: 'BOOKMARK', kind: 'Service', upToDate: true };
  t.ok(await ending.over && await silent.over);
  t.strictSame(told(ending.seen), [bookmark]);
  t.strictSame(silent.seen, [], 'none to who did not ask for any');
  const after = await watching(t, plane, { resourceVersion: ending.seen[0]!.object.metadata.resourceVersion! });
  await services.create(service('b'));
  t.strictSame(brief(await after.count(1)), ['ADDED b'], 'and it goes on from there');
  await waitFor(() => lasting.seen.length > 0, { what: 'a bookmark in a watch that goes on' });
  t.strictSame(told(lasting.seen), [bookmark]);
});

t.test('a watch ends at its time-out', async (t) => {
  const plane = await start(t);
  const { over } = await watching(t, plane, { timeoutSeconds: '1' });
  t.equal(await over, true);
});

t.test('a position that is no longer kept is told as 410', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  const { metadata } = await services.create(service('a'));
  const { registry } = plane.context;
  const noise = Array.from({ length: 4_000 }, (_, i) => ({ op: 'put' as const, key: 'noise/a', value: { i } }));
  while (registry.oldestRv <= Number(metadata.resourceVersion)) await registry.write('test', () => ({ ops: noise, result: undefined }));
  const { count, over } = await watching(t, plane, { resourceVersion: metadata.resourceVersion! });
  t.match(await count(1), [{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }]);
  t.equal(await over, true);
  await t.rejects(services.watch({ resourceVersion: metadata.resourceVersion }).next(), { code: 'Expired' } as unknown as ApiError);
});

t.test('a watch can be had as Tables, as kubectl asks', async (t) => {
  const plane = await start(t);
  await plane.as('admin').services.create(service('a'));
  const { count } = await watching(t, plane, {}, 'application/json;as=Table;v=v1;g=meta.k8s.io');
  t.match(await count(1), [{ type: 'ADDED', object: { kind: 'Table', rows: [{ cells: ['a'] }] } }]);
});

t.test('a reader that does not read is closed, and costs the others nothing', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('admin');
  await services.create(service('a'));
  const url = new URL(`${plane.url}${path}?watch=true`);
  const token = plane.as('admin').transport.options.token!;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => get(url, { headers: { authorization: `Bearer ${token}` } }, resolve).on('error', reject));
  answer.pause();
  const closed = new Promise((resolve) => answer.on('close', resolve).on('error', resolve));
  const reading = await watching(t, plane, {});
  const text = 'x'.repeat(200_000);
  let i = 0;
  // As fast as the log takes them, by commits of many, until more waits for the reader than may.
  const write = () => plane.context.registry.write('test', () => ({ ops: Array.from({ length: 500 }, () => ({ op: 'put' as const, key: 'services/default/a', value: { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: 'default', labels: { i: String(i++) } }, spec: { template: 'web', note: i % 500 === 0 ? text : '' } } })), result: undefined }));
  await waitFor(async () => (await write(), plane.context.streams.size === 1), { what: 'the slow reader to be closed', everyMs: 0 });
  await waitFor(() => reading.seen.at(-1)?.object.metadata.labels?.['i'] === String(i - 1), { what: 'the other reader to have all' });
  t.equal(reading.seen.length, i + 1, 'none left out, none twice');
  answer.destroy();
  await closed;
});

t.test('one caller holds only so many watches', async (t) => {
  const plane = await start(t);
  const { services } = plane.as('scheduler');
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const open = () => plane.as('scheduler').transport.stream({ path, query: { watch: 'true' }, signal: ending.signal });
  const all = await Promise.all(Array.from({ length: 256 }, open));
  await t.rejects(open(), { code: 'TooManyRequests', message: /256 streams open/ } as unknown as ApiError);
  t.ok(await services.list(), 'reads go on');
  t.equal(all.length, 256);
});
