import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { helloImage } from '@spawnit/local';
import { docker, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { idsInState, orphansOf } from '../../src/docker/orphans.js';
import { movedAway, sweepEngine } from '../../src/docker/sweep.js';
import type { Engine, EngineObject } from '../../src/docker/engine.js';
import { startAgent } from '../agent-in-process.js';
import { agentConfig, runJob, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

// Real tofu on a busy machine; the runner's own bound is the same.
t.setTimeout(600_000);

t.test('what has moved away is removed, with its workdir; what is here, and what others have put here, stays', async (t) => {
  const api = await startApiserverStandIn(t);
  const config = agentConfig(t, api.url);
  startAgent(t, { ...config, times: { ...config.times, sweepMs: 100 } });
  const [stays, goes] = [await serviceFor(t, api), await serviceFor(t, api)];
  for (const inputs of [stays, goes]) t.equal((await runJob(api, inputs, 'Apply')).finish.phase, 'Succeeded');
  const foreign = `foreign-${randomUUID().slice(0, 8)}`;
  await docker(['create', '--name', foreign, '--label', 'spawnit.dev/managed=true', '--label', 'spawnit.dev/cluster=another', '--label', `spawnit.dev/uid=${randomUUID()}`, helloImage]);
  t.teardown(() => docker(['rm', '--force', foreign]));
  const standing = (namespace: string) => docker(['ps', '--all', '--quiet', '--filter', `label=spawnit.dev/namespace=${namespace}`]);
  const networks = (namespace: string) => docker(['network', 'ls', '--quiet', '--filter', `label=spawnit.dev/namespace=${namespace}`]);
  t.not(await networks(goes.namespace), '');

  api.inventory = { uids: [stays.serviceUid], namespaces: [stays.namespace] };
  await waitFor(async () => (await standing(goes.namespace)) === '' && (await networks(goes.namespace)) === '', { what: 'it to be removed, and its network' });
  await waitFor(() => !existsSync(`${config.dataDir}/workdirs/services/${goes.serviceUid}`), { what: 'its workdir to be removed' });
  t.not(await standing(stays.namespace), '');
  t.not(await networks(stays.namespace), '');
  t.not(await docker(['ps', '--all', '--quiet', '--filter', `name=${foreign}`]), '');
});

const object = (kind: EngineObject['kind'], id: string, labels: Record<string, string>): EngineObject => ({ kind, id, name: id, labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [`spawnit.dev/${key}`, value])) });

t.test('only what is of this control plane and not in the inventory has moved away; containers go before what they use', async (t) => {
  const inventory = { cluster: 'c', uids: ['here'], namespaces: ['n'] };
  const gone = [object('volume', 'v', { cluster: 'c', uid: 'gone' }), object('container', 'k', { cluster: 'c', uid: 'gone' }), object('network', 'spawnit-m', { cluster: 'c', namespace: 'm' })];
  const stay = [object('container', 'a', { cluster: 'c', uid: 'here' }), object('container', 'b', { cluster: 'd', uid: 'gone' }), object('container', 'x', { uid: 'gone' }), object('network', 'spawnit-n', { cluster: 'c', namespace: 'n' }), object('network', 'other', { cluster: 'c' })];
  t.same(movedAway([...gone, ...stay], inventory).map(({ id }) => id), ['k', 'spawnit-m', 'v']);
});

t.test('what the engine can not let go of holds up nothing else: neither what else has moved away nor the jobs that wait for the sweep', async (t) => {
  const objects = ['busy', 'gone'].map((id) => object('container', id, { cluster: 'c', uid: id }));
  const inventory = { cluster: 'c', engine: 'e', uids: [], namespaces: [] };
  const [removed, kept]: string[][] = [[], []];
  const remove = ({ id }: EngineObject) => (id === 'busy' ? Promise.reject(new Error('device or resource busy')) : Promise.resolve(true));
  const engine = { objects: async () => objects, remove } as unknown as Engine;
  const swept = await sweepEngine({ engine, engineId: 'e', inventory: async () => inventory, mayChange: () => true, onRemoved: ({ id }) => removed!.push(id), onKept: ({ id }) => kept!.push(id) });
  t.same([removed, kept], [['gone'], ['busy']]);
  t.equal(swept, inventory);
});

t.test('orphans are what no state names; volumes are none', async (t) => {
  const state = { version: 4, resources: [{ instances: [{ attributes: { id: 'known' } }, { attributes: null }] }, { instances: [] }] };
  const objects = [object('container', 'known', {}), object('container', 'lost', {}), object('volume', 'data', {})];
  t.same(orphansOf(objects, idsInState(state)).map(({ id }) => id), ['lost']);
});
