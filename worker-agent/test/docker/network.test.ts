import { helloImage } from '@spawnit/local';
import { docker } from '@spawnit/testkit';
import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { Pool } from 'undici';
import { Engine } from '../../src/docker/engine.js';

const socket = '/var/run/docker.sock';
const of = { cluster: 'network-test', namespace: 'n' };

t.test('of two networks of one name, made by two agents at once, one is left', async (t) => {
  const { engine, name, make } = await stage(t);
  await make();
  await make();
  const ids = await idsOf(name);
  await engine.ensureNetwork(name, of);
  t.same(await idsOf(name), [ids[0]], 'the same one for all who ask');
});

t.test('the one that is in use is left', async (t) => {
  for (let round = 0; round < 4; round += 1) {
    const { engine, name, make } = await stage(t);
    await make();
    const used = await idsOf(name);
    const container = await docker(['run', '--detach', '--network', name, helloImage]);
    await make();
    await engine.ensureNetwork(name, of);
    const left = await idsOf(name);
    await docker(['rm', '--force', container]);
    t.same(left, used, 'whichever id is first');
  }
});

/** `make` makes a network as an agent does that saw none; newer engines refuse the second of a name. */
async function stage(t: Test): Promise<{ engine: Engine; name: string; make: () => Promise<void> }> {
  const engine = new Engine(socket);
  const raw = new Pool('http://docker', { socketPath: socket });
  const name = `spawnit-t-${randomUUID().slice(0, 8)}`;
  t.teardown(async () => {
    for (const id of await idsOf(name)) await docker(['network', 'rm', id]);
    await Promise.all([engine.close(), raw.close()]);
  });
  const make = async () => {
    const made = await raw.request({ method: 'POST', path: '/networks/create', body: JSON.stringify({ Name: name }), headers: { 'content-type': 'application/json' } });
    await made.body.dump();
  };
  return { engine, name, make };
}

/** By id. The engine finds parts of names, too; these are random. */
async function idsOf(name: string): Promise<string[]> {
  return (await docker(['network', 'ls', '--no-trunc', '--quiet', '--filter', `name=${name}`])).split('\n').filter(Boolean).sort();
}
