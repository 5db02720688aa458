import { PassThrough } from 'node:stream';
import { waitFor } from '@spawnit/testkit';
import { pino } from 'pino';
import t from 'tap';
import { followEngine } from '../../src/drift/suspects.js';
import { ServiceLocks } from '../../src/jobs/service-locks.js';

const event = (Action: string, name: string) => `${JSON.stringify({ Type: 'container', Action, Actor: { ID: name, Attributes: { 'spawnit.dev/cluster': 'c', 'spawnit.dev/namespace': 'n', 'spawnit.dev/service': name, 'spawnit.dev/uid': name } } })}\n`;

t.test('what befalls a service while a job works on it has its check asked for when the job has ended', async (t) => {
  const standInEvents = new PassThrough();
  const asked: string[] = [];
  const standInTransport = { json: async ({ body }: { body: { services: { name: string }[] } }) => void asked.push(...body.services.map(({ name }) => name)) };
  const standInEngine = { events: { followed: false }, eventsAre: () => undefined, engine: { events: async () => standInEvents, objects: async () => [] } };
  const locks = new ServiceLocks();
  const end = new AbortController();
  const following = followEngine({ engine: standInEngine, transport: () => standInTransport, config: { node: 'n1' }, log: pino({ level: 'silent' }) } as never, locks, end.signal);
  t.teardown(async () => {
    end.abort();
    standInEvents.end();
    await following;
  });

  const [hurt, made] = [locks.takeForJob('hurt')!, locks.takeForJob('made')!];
  standInEvents.write(event('destroy', 'hurt') + event('start', 'made') + event('die', 'free'));
  await waitFor(() => asked.includes('free'), { what: 'the one without a job to be asked for' });
  t.notOk(asked.includes('hurt'), 'what a job works on is not');
  made();
  hurt();
  await waitFor(() => asked.includes('hurt'), { what: 'it to be asked for when its job has ended' });
  t.same(asked, ['free', 'hurt'], 'and what only started in its job is not asked for at all');
});
