import { type ApiError, type Resource } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { HandAgent, startPlane, type Plane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

interface Message {
  event: string;
  id: string | undefined;
  data: { kind?: string; items?: Resource[]; type?: string; object?: Resource; nodes?: Record<string, number> };
}
const path = '/apis/spawnit.dev/v1/events-stream';

/** Reads as a browser's EventSource does. */
async function listening(t: Test, plane: Plane, query: Record<string, string>, lastEventId?: string, by: Pick<HandAgent, 'transport'> = plane.as('admin')) {
  const ending = new AbortController();
  const messages: Message[] = [];
  const body = await by.transport.stream({ path, query, accept: 'text/event-stream', headers: lastEventId ? { 'last-event-id': lastEventId } : {}, signal: ending.signal });
  const over = read(body, messages).catch(() => undefined);
  const stop = async () => {
    ending.abort();
    await over;
  };
  t.teardown(stop);
  return { messages, stop, count: (n: number) => waitFor(() => messages.length >= n, { what: `${n} messages` }).then(() => messages) };
}

async function read(body: AsyncIterable<Buffer>, messages: Message[]): Promise<void> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString();
    const whole = text.split('\n\n');
    text = whole.pop()!;
    for (const lines of whole) {
      const fields = Object.fromEntries(lines.split('\n').map((line) => line.split(/: (.*)/s, 2))) as Record<string, string>;
      if (fields['data']) messages.push({ event: fields['event']!, id: fields['id'], data: JSON.parse(fields['data']) as Message['data'] });
    }
  }
}

t.test('a stream begins with all of each kind, then brings changes of all of them in order', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const { services, namespaces } = plane.as('admin');
  await services.create(service('a'));
  const { count } = await listening(t, plane, { kinds: 'services,namespaces' });
  const first = await count(2);
  t.match(first, [{ event: 'sync', id: undefined, data: { kind: 'Service', items: [{ metadata: { name: 'a' } }] } }, { event: 'sync', id: /^\d+$/, data: { kind: 'Namespace', items: [{ metadata: { name: 'default' } }] } }]);
  await services.patch('a', 'default', { spec: { suspend: true } });
  await namespaces.patch('default', undefined, { metadata: { labels: { x: 'y' } } });
  const changes = (await count(4)).slice(2);
  t.match(changes, [{ event: 'change', data: { type: 'MODIFIED', object: { kind: 'Service', spec: { suspend: true } } } }, { event: 'change', data: { type: 'MODIFIED', object: { kind: 'Namespace' } } }]);
  t.strictSame(changes.map(({ id, data }) => id === data.object!.metadata.resourceVersion), [true, true]);
});

t.test('a stream that broke goes on after its last id, and begins anew where that is not kept', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const { services } = plane.as('admin');
  const broken = await listening(t, plane, { kinds: 'services' });
  const { id } = (await broken.count(1))[0]!;
  await broken.stop();
  await services.create(service('a'));
  await services.create(service('b'));
  const resumed = await (await listening(t, plane, { kinds: 'services' }, id)).count(2);
  t.match(resumed, [{ event: 'change', data: { object: { metadata: { name: 'a' } } } }, { data: { object: { metadata: { name: 'b' } } } }]);
  for (const lost of ['999999999999']) t.match(await (await listening(t, plane, { kinds: 'services' }, lost)).count(1), [{ event: 'sync', data: { items: { length: 2 } } }], `id ${lost}`);
});

t.test('who asks for ages is told how long ago each node was heard, without a position to resume at', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  await HandAgent.join(t, plane, 'n1');
  const messages = await (await listening(t, plane, { kinds: 'nodes', ages: 'true' })).count(2);
  const [, ages] = messages;
  t.match(ages, { event: 'ages', id: undefined, data: { nodes: { n1: Number } } });
});

t.test('a node is told of itself alone', async (t) => {
  const plane = await startPlane(t);
  const [one] = [await HandAgent.join(t, plane, 'n1'), await HandAgent.join(t, plane, 'n2')];
  const [sync, ages] = await (await listening(t, plane, { kinds: 'nodes', ages: 'true' }, undefined, one)).count(2);
  t.same(sync!.data.items!.map(({ metadata }) => metadata.name), ['n1']);
  t.same(Object.keys(ages!.data.nodes!), ['n1']);
});

t.test('a kind that is not there is named', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  await t.rejects(plane.as('admin').transport.send({ path, query: { kinds: 'servces' } }), { code: 'BadRequest', message: /did you mean services/ } as unknown as ApiError);
  await t.rejects(plane.as('join').transport.send({ path, query: { kinds: 'services' } }), { code: 'Forbidden' } as unknown as ApiError);
});
