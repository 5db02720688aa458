import type { ClaimAnswer } from '@spawnit/contract';
import { startControllerProgram, startStandInAgent, waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { services, startServer, webServer, type Answer, type Server } from './server.js';

type Access = ClaimAnswer['inputs']['state'];

interface Scene extends Server {
  /** What the agent was given for the service's job, which goes on running. */
  accessOf(service: string): Promise<Access>;
}

/** A control plane of real processes, and a stand-in for an agent, which claims jobs and does not end them. */
async function withRuns(t: Test): Promise<Scene> {
  const server = await startServer(t);
  for (const name of ['reconciler', 'scheduler'] as const) startControllerProgram(t, server.api, name);
  const given = new Map<string, Access>();
  const onJob = (_job: unknown, { inputs }: ClaimAnswer) => void given.set(inputs.service, inputs.state);
  await startStandInAgent(t, server.api, { name: 'n1', onJob });
  const accessOf = async (name: string) => {
    const port = 20_000 + given.size;
    const made = await server.send('POST', services, { body: webServer(name, { spec: { suspend: false }, parameters: { port } }) });
    if (made.status !== 201) throw new Error(JSON.stringify(made.json));
    return waitFor(() => given.get(name), { what: `${name} to be claimed` });
  };
  return { ...server, accessOf };
}

function call({ send }: Server, { address, password }: Access, method: string, body?: string, query = ''): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`run:${password}`).toString('base64')}`;
  return send(method, new URL(address).pathname + query, { body, as: null, headers: { authorization } });
}

const state = (serial: number) => JSON.stringify({ version: 4, serial, lineage: 'l', outputs: {}, resources: [{ mode: 'managed', type: 'x', instances: [{}] }] });

t.test('a state is written only under the lock, by the run that holds it', async (t) => {
  const scene = await withRuns(t);
  const mine = await scene.accessOf('mine');
  const write = (serial: number, query = '') => call(scene, mine, 'POST', state(serial), query);
  t.match(await write(1), { status: 409, json: { kind: 'Status', reason: 'Conflict', message: /only under a lock/ } }, 'without a lock');
  t.equal((await call(scene, mine, 'LOCK', '{"ID":"right","Who":"me"}')).status, 200);
  t.match(await write(1), { status: 423, json: { ID: 'right' } }, 'without naming the lock');
  t.match(await write(1, '?ID=wrong'), { status: 423, json: { ID: 'right', Who: 'me' } }, 'with a wrong lock id the holder is told');
  t.match(await call(scene, mine, 'UNLOCK', '{"ID":"wrong"}'), { status: 423, json: { ID: 'right' } });
  t.equal((await call(scene, mine, 'GET')).status, 404, 'nothing was written by any of these');
  t.equal((await write(1, '?ID=right')).status, 200);
  t.match(await write(1, '?ID=right'), { status: 200 }, 'the same again is fine');
});

t.test('strangers neither read, lock nor write a state', async (t) => {
  const scene = await withRuns(t);
  const [mine, other] = [await scene.accessOf('mine'), await scene.accessOf('other')];
  await call(scene, mine, 'LOCK', '{"ID":"right"}');
  t.equal((await call(scene, mine, 'POST', state(1), '?ID=right')).status, 200);
  const strangers: [who: string, access: Access, status: number][] = [
    ['a guess', { ...mine, password: 'guess' }, 401],
    ['the run of another service', { ...mine, password: other.password }, 403],
    ['an altered token', { ...mine, password: mine.password.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }, 401],
    ...(['admin', 'join', 'reconciler', 'scheduler', 'drift-controller'] as const).map((name): [string, Access, number] => [`the token of ${name} as a password`, { ...mine, password: scene.api.token(name) }, 401]),
  ];
  for (const [who, access, status] of strangers)
    for (const [method, body] of [['GET', undefined], ['LOCK', '{"ID":"theirs"}'], ['POST', state(2)], ['UNLOCK', '{"ID":"right"}']] as const) {
      const answer = await call(scene, access, method, body, '?ID=right');
      t.match(answer, { status, json: { kind: 'Status' } }, `${who}: ${method}`);
      t.notMatch(JSON.stringify(answer.json), /lineage/, 'and nothing of it is told');
    }
  for (const as of ['admin', 'reconciler'] as const) t.equal((await scene.send('GET', new URL(mine.address).pathname, { as })).status, 403, `${as}, by name`);
  t.match(await call(scene, mine, 'GET'), { status: 200, json: { serial: 1 } }, 'it is as it was');
  t.equal((await call(scene, mine, 'UNLOCK', '{"ID":"right"}')).status, 200, 'and so is its lock');
});

t.test('a state outlives a crash of the server, with its lock', async (t) => {
  const scene = await withRuns(t);
  const mine = await scene.accessOf('mine');
  await call(scene, mine, 'LOCK', '{"ID":"right"}');
  t.equal((await call(scene, mine, 'POST', state(3), '?ID=right')).status, 200);
  await scene.api.restart();
  t.match(await call(scene, mine, 'GET'), { status: 200, json: { serial: 3 } });
  t.match(await call(scene, mine, 'POST', state(4), '?ID=wrong'), { status: 423, json: { ID: 'right' } });
  t.equal((await call(scene, mine, 'POST', state(4), '?ID=right')).status, 200);
});
