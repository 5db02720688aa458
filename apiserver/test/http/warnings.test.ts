import Fastify from 'fastify';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { warn } from '../../src/http/warnings.js';

/** The Warning headers of an answer that was given these. */
async function warningsOf(t: Test, messages: string[]): Promise<string[]> {
  const app = Fastify();
  t.teardown(() => app.close());
  app.get('/', async (_request, reply) => {
    for (const message of messages) warn(reply, message);
    return {};
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const [answer] = (await once(get({ port: (app.server.address() as AddressInfo).port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
  answer.resume();
  return answer.headersDistinct['warning'] ?? [];
}

t.test('each warning is a header of its own', async (t) => {
  t.same(await warningsOf(t, ['one', 'a "b"']), ['299 - "one"', '299 - "a \\"b\\""']);
});

t.test('of very many warnings the first are told, and how many more there are', async (t) => {
  const told = await warningsOf(t, Array.from({ length: 50_000 }, (_, i) => `unknown field "f${i}"`));
  t.equal(told.length, 21);
  t.equal(told[0], '299 - "unknown field \\"f0\\""');
  t.equal(told.at(-1), '299 - "and 49980 more"');
});

t.test('a very long warning is cut', async (t) => {
  const [told] = await warningsOf(t, ['x'.repeat(100_000)]);
  t.ok(told!.length < 300);
});
