import { waitFor, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import { Logs } from '../../src/logs/logs.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { HandAgent, running, startPlane, type Plane } from '../agent/plane.js';

const name = { namespace: 'default', job: 'j' };

async function textOf(logs: Logs, from = 0): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of logs.read(name, { from, follow: false, signal: new AbortController().signal, ended: () => true })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function logsOn(bucket = new MemoryBucket(), limit?: number): Logs {
  return new Logs({ objects: new MemoryStore(bucket) }, limit);
}

t.test('what is sent twice is kept once', async (t) => {
  const logs = logsOn();
  t.equal(await logs.append(name, 0, Buffer.from('hello ')), 6);
  t.equal(await logs.append(name, 0, Buffer.from('hello ')), 6);
  t.equal(await logs.append(name, 3, Buffer.from('lo world')), 11);
  t.equal(await logs.append(name, 0, Buffer.from('hello')), 11);
  t.equal(await textOf(logs), 'hello world');
});

t.test('pieces sent at once come out in order', async (t) => {
  const logs = logsOn();
  const pieces = Array.from({ length: 50 }, (_, i) => `line ${i}\n`);
  let offset = 0;
  await Promise.all(pieces.map((piece) => logs.append(name, (offset += piece.length) - piece.length, Buffer.from(piece))));
  t.equal(await textOf(logs), pieces.join(''));
});

t.test('another server goes on where one left off', async (t) => {
  const bucket = new MemoryBucket();
  const [one, two] = [logsOn(bucket), logsOn(bucket)];
  await one.append(name, 0, Buffer.from('a'));
  await two.append(name, 1, Buffer.from('b'));
  await one.append(name, 2, Buffer.from('c'));
  t.equal(await textOf(one), 'abc');
});

t.test('a large piece is split, and read from any byte', async (t) => {
  const bucket = new MemoryBucket();
  const logs = logsOn(bucket);
  const text = Array.from({ length: 30_000 }, (_, i) => `line ${i}`).join('\n');
  await logs.append(name, 0, Buffer.from(text));
  t.ok([...bucket.objects.withPrefix('logs/')].every((body) => body.length <= 64 * 1024));
  for (const from of [0, 1, 65_535, 65_536, 65_537, 200_000, text.length, text.length + 5]) t.equal(await textOf(logs, from), text.slice(from));
});

t.test('a hole is shown as a line that counts what is missing', async (t) => {
  const logs = logsOn();
  await logs.append(name, 0, Buffer.from('before'));
  t.equal(await logs.append(name, 106, Buffer.from('after')), 111);
  const all = 'before\n[spawnit: 100 bytes of this log are missing here]\nafter';
  t.equal(await textOf(logs), all);
  for (let from = 0; from < all.length; from += 7) t.equal(await textOf(logs, from), all.slice(from), 'whoever resumes counts what was read');
});

t.test('past the bound head and tail are kept', async (t) => {
  const bucket = new MemoryBucket();
  const logs = logsOn(bucket, 400_000);
  const line = (i: number) => `${String(i).padStart(9, '0')}\n`;
  const text = Array.from({ length: 200_000 }, (_, i) => line(i)).join('');
  for (let at = 0; at < text.length; at += 50_000) await logs.append(name, at, Buffer.from(text.slice(at, at + 50_000)));
  const kept = await textOf(logs);
  t.ok(kept.length < 410_000 && kept.length > 300_000, `${kept.length} of ${text.length}`);
  t.ok(kept.startsWith(text.slice(0, 190_000)));
  t.ok(kept.endsWith(text.slice(-150_000)));
  const missing = Number(/\[spawnit: (\d+) bytes/.exec(kept)?.[1]);
  t.equal(kept.replace(/\n\[spawnit.*\]\n/, '').length + missing, text.length);
});

t.test('the last lines are found', async (t) => {
  const logs = logsOn();
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`);
  await logs.append(name, 0, Buffer.from(lines.join('')));
  for (const count of [0, 1, 3, 10_000, 20_000, 30_000]) t.equal(await textOf(logs, await logs.tailStart(name, count)), count === 0 ? '' : lines.slice(-count).join(''), `${count}`);
  await logs.append(name, lines.join('').length, Buffer.from('half'));
  t.equal(await textOf(logs, await logs.tailStart(name, 2)), 'line 19999\nhalf');
});

interface Reader {
  text(): string;
  ended: Promise<void>;
}

async function follow(t: Teardown, plane: Plane, job: string, offset = 0): Promise<Reader> {
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const body = await plane.as('admin').logs('default', job, { follow: true, offset, signal: stop.signal });
  let text = '';
  const ended = (async () => {
    for await (const chunk of body) text += chunk.toString();
  })();
  ended.catch(() => undefined);
  return { text: () => text, ended };
}

t.test('who follows a log gets each piece as it comes, and the end with the job', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'svc');
  const reader = await follow(t, plane, job.metadata.name);
  await agent.log(job, 0, 'one\n');
  await waitFor(() => reader.text() === 'one\n', { what: 'the first line' });
  const second = await follow(t, plane, job.metadata.name, 2);
  t.same(await agent.log(job, 4, 'two\n'), { bytes: 8 });
  await waitFor(() => reader.text() === 'one\ntwo\n', { what: 'the second line' });
  await agent.finish(job, { phase: 'Succeeded' });
  await Promise.all([reader.ended, second.ended]);
  t.equal(reader.text(), 'one\ntwo\n');
  t.equal(second.text(), 'e\ntwo\n');
  await t.rejects(agent.log(job, 8, 'late'), { code: 'EpochPassed' });
  const { transport } = plane.as('admin');
  t.equal(await transport.text({ path: '/apis/spawnit.dev/v1/namespaces/default/services/svc/log', query: { tail: 1 } }), 'two\n');
});

t.test('a server that stops breaks an answer off, so that nobody takes that for the end of the log', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'svc');
  await agent.log(job, 0, 'one\n');
  const reader = await follow(t, plane, job.metadata.name);
  await waitFor(() => reader.text() === 'one\n', { what: 'the first line' });
  plane.context.streams.endAll();
  await t.rejects(reader.ended, 'it does not end in order');
});

t.test('a run that begins again goes on in the log of its job', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'svc');
  await agent.claim(job);
  await agent.log(job, 0, 'first\n');
  const anew = await HandAgent.with(t, plane, 'n1', agent.token);
  await anew.claim(job);
  await anew.claim(job);
  const other = await HandAgent.join(t, plane, 'n2');
  await t.rejects(other.claim(job), { code: 'EpochPassed' });
  t.same(await anew.log(job, 0, 'second\n'), { bytes: 7 });
  t.same(await anew.log(job, 7, 'third\n'), { bytes: 13 });
  const text = await plane.as('admin').transport.text({ path: `/apis/spawnit.dev/v1/namespaces/default/jobs/${job.metadata.name}/log` });
  t.equal(text, 'first\n\n[spawnit: the run was cut off here and begins again]\nsecond\nthird\n');
});

t.test('logs are for people, and only of jobs that are there', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job } = await running(plane, agent, 'svc');
  await t.rejects(agent.transport.text({ path: `/apis/spawnit.dev/v1/namespaces/default/jobs/${job.metadata.name}/log` }), { code: 'Forbidden' });
  await t.rejects(plane.as('admin').logs('default', 'none'), { code: 'NotFound' });
  await t.rejects(plane.as('admin').transport.text({ path: `/apis/spawnit.dev/v1/namespaces/default/jobs/${job.metadata.name}/log`, query: { offset: 'x' } }), { code: 'BadRequest' });
  const other = await HandAgent.join(t, plane, 'n2');
  await t.rejects(other.log(job, 0, 'not mine'), { code: 'EpochPassed' });
  await t.rejects(agent.transport.json({ method: 'POST', path: `/agent/v1/jobs/default/${job.metadata.name}/log`, query: { offset: -1 }, body: Buffer.from('x') }), { code: 'BadRequest' });
  t.equal(await plane.as('admin').transport.text({ path: `/apis/spawnit.dev/v1/namespaces/default/jobs/${job.metadata.name}/log` }), '');
});
