import { getEventListeners } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, withEither, type FollowEvent, type Job } from '@spawnit/contract';
import { waitFor } from '@spawnit/testkit';
import t from 'tap';
import { Informer } from '../src/index.js';

const listening = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;
const warnings: Error[] = [];
process.on('warning', (warning) => void warnings.push(warning));

t.test('the first of several signals ends what is under way, with its reason', async (t) => {
  const [one, two] = [new AbortController(), new AbortController()];
  const ended = withEither([one.signal, undefined, two.signal], (either) => new Promise((_, reject) => either.addEventListener('abort', () => reject(either.reason as Error))));
  two.abort(new Error('the second'));
  await t.rejects(ended, { message: 'the second' });
  t.equal(listening(one.signal), 0);
  t.equal(await withEither([one.signal, two.signal], async (either) => either.aborted), true, 'one that is over is over at once');
});

t.test('many writes of a leader at once leave nothing on the signals they hang on, and the end of its term breaks them off', async (t) => {
  const held: ServerResponse[] = [];
  const server = createServer((_request, response) => void held.push(response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const [term, program] = [new AbortController(), new AbortController()];
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Client({ server: address, fence: () => ({ headers: { 'x-spawnit-lease': '1.s' }, signal: term.signal, deposed: () => undefined }) });
  t.teardown(() => client.close());

  const checks = Promise.all(Array.from({ length: 64 }, (_, n) => client.check('team', `service-${n}`, program.signal)));
  await waitFor(() => held.length === 64, { what: 'all of them at the server' });
  t.same([listening(term.signal), listening(program.signal)], [64, 64]);
  for (const response of held) response.end('{}');
  await checks;
  t.same([listening(term.signal), listening(program.signal)], [0, 0]);

  const cut = t.rejects(client.commit([]), { message: 'the term is over' });
  await waitFor(() => held.length === 65, { what: 'the last one at the server' });
  term.abort(new Error('the term is over'));
  await cut;
});

t.test('lists that are asked for again and again, until one is new enough, leave nothing on the signal of the term', async (t) => {
  let version = 0;
  const follow = async function* ({ signal }: { signal?: AbortSignal }): AsyncGenerator<FollowEvent<Job>> {
    yield { type: 'SYNCED', items: [], resourceVersion: String(++version) };
    await new Promise((resolve) => (signal!.aborted ? resolve(undefined) : signal!.addEventListener('abort', resolve)));
  };
  const [program, term] = [new AbortController(), new AbortController()];
  const informer = new Informer<Job>({ follow }, { relistMs: 0 });
  const ended = informer.run(program.signal);
  await informer.refresh('30', term.signal);
  t.ok(version >= 30);
  t.equal(listening(term.signal), 0);
  const waits = informer.refresh('1000000', term.signal);
  term.abort();
  await waits;
  program.abort();
  await ended;
});

t.test('nobody was warned of listeners', async (t) => {
  await new Promise((resolve) => setImmediate(resolve));
  t.same(warnings, []);
});
