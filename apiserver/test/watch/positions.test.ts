import { ApiError, serviceKind, type FollowEvent, type Resource, type Service } from '@spawnit/contract';
import { startApiserver, waitFor } from '@spawnit/testkit';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import t from 'tap';
import { startPlane, type Plane } from '../agent/plane.js';
import { putOp } from '../../src/resources/records.js';
import { service, shopCatalogue } from '../shop.js';

const path = '/apis/spawnit.dev/v1/services';

t.test('a position that is no longer kept is answered 410, and who follows lists again', async (t) => {
  const api = await startApiserver(t, { store: 'files', env: { SPAWNIT_CATALOGUE_DIR: shopCatalogue(t), SPAWNIT_SNAPSHOT_EVERY: '10' } });
  const { services } = api.client('admin');
  const { resourceVersion } = (await services.list()).metadata;
  await services.create(service('a'));
  const ending = new AbortController();
  const events: FollowEvent<Service>[] = [];
  const slept = followFrom();
  await waitFor(() => events.length > 0, { what: 'the first list' });

  for (let i = 0; i < 40; i++) await services.patch('a', 'default', { metadata: { labels: { i: String(i) } } });
  await waitFor(() => events.length >= 41, { what: 'all changes' });
  await api.restart();

  const from = (position: string) => services.watch({ resourceVersion: position, signal: ending.signal }).next();
  const refused = await from(resourceVersion).then(() => undefined, (error: unknown) => error);
  t.ok(ApiError.is(refused, 'Expired'), 'the old position is not taken');
  t.match(refused, { message: /too old resource version/ });
  await services.patch('a', 'default', { spec: { suspend: true } });
  await waitFor(() => (events.at(-1) as { object?: Service }).object?.spec.suspend, { what: 'who had kept up to go on without a list' });
  t.equal(events.filter(({ type }) => type === 'SYNCED').length, 1);
  ending.abort();
  await slept;

  async function followFrom(): Promise<void> {
    for await (const event of services.follow({ signal: ending.signal })) events.push(event);
  }
});

t.test('a reader that takes nothing is closed, and finds every change once when it comes again', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const made = await plane.as('admin').services.create(service('a'));
  const { resourceVersion } = (await plane.as('admin').services.list()).metadata;
  const reader = await open(plane, resourceVersion);
  const total = 16_000;
  for (let i = 0; i < total; i += 2_000) await change(plane, made, i, 2_000);

  const first = await readToEnd(reader);
  t.ok(first.length < total, `it was closed after ${first.length} of ${total} changes`);
  const position = first.at(-1)?.metadata.resourceVersion ?? resourceVersion;
  const rest = await open(plane, position);
  const second: Resource[] = [];
  void readToEnd(rest, second);
  await waitFor(() => first.length + second.length >= total, { what: 'the rest' });
  rest.destroy();
  t.same([...first, ...second].map(({ metadata }) => Number(metadata.labels!['i'])), Array.from({ length: total }, (_, i) => i));
});

/** So many versions of the service in one commit: all together too large for the buffers between, and small enough to be kept. */
async function change({ context }: Plane, made: Service, from: number, count: number): Promise<void> {
  const padding = 'x'.repeat(1_500);
  const ops = Array.from({ length: count }, (_, i) => putOp(serviceKind, { ...made, metadata: { ...made.metadata, labels: { i: String(from + i) }, annotations: { padding } } }));
  await context.registry.write('test', () => ({ ops, result: undefined }));
}

async function open(plane: Plane, resourceVersion: string): Promise<IncomingMessage> {
  const token = plane.as('admin').transport.options.token!;
  const [answer] = (await once(get(`${plane.url}${path}?watch=true&resourceVersion=${resourceVersion}`, { agent: false, headers: { authorization: `Bearer ${token}` } }), 'response')) as [IncomingMessage];
  return answer;
}

/** All whole lines; a connection that breaks ends them too. */
async function readToEnd(answer: IncomingMessage, into: Resource[] = []): Promise<Resource[]> {
  let rest = '';
  try {
    for await (const chunk of answer) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop()!;
      into.push(...lines.map((line) => (JSON.parse(line) as { object: Resource }).object));
    }
  } catch {
    // Closed on us: what came, came.
  }
  return into;
}
