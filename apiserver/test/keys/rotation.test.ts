import { lastApplied, type Service } from '@spawnit/contract';
import { tempDir, waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { EnvelopeError, Envelopes, keyIdOf } from '../../src/secrets/envelope.js';
import { oneKey } from '../../src/secrets/data-keys.js';
import { activeId, RecordedKeys, ringKeys } from '../../src/secrets/key-ring.js';
import { keysIn, oldUses } from '../../src/keys/uses.js';
import { Rotation } from '../../src/keys/rotation.js';
import { evidenceOf } from '../../src/state/evidence.js';
import { clusterEnvelopes } from '../../src/secrets/cluster-envelopes.js';
import { assign, createJob, HandAgent, running, settle, startPlane, type Plane } from '../agent/plane.js';
import { Tofu } from '../state/tofu.js';

const secret = 'canary-of-keys';
const view = (plane: Plane) => plane.context.registry.view;
const activeOf = (plane: Plane) => activeId(view(plane))!;
const keyOf = (plane: Plane, id: string) => new RecordedKeys(plane.context.keys, () => view(plane)).find(id)!.key;
const sealedAnew = (plane: Plane) => waitFor(async () => (await plane.as('admin').keys()).left === 0, { what: 'everything to be sealed anew' });

/** A service with a secret in its spec and annotation, a revision, states of real tofu, and a state that was refused. */
async function scene(t: Test, over: Parameters<typeof startPlane>[1] = {}) {
  const plane = await startPlane(t, over);
  const admin = plane.as('admin');
  const manifest = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'svc', namespace: 'default' }, spec: { template: 'note', parameters: { text: 'x', token: secret } } } as unknown as Service;
  await admin.services.apply(manifest, { idempotencyKey: 'once' });
  const agent = await HandAgent.join(t, plane, 'n1');
  const { job, claim } = await running(plane, agent, 'svc');
  const tofu = await Tofu.of(t, plane, claim);
  for (const text of ['one', 'two']) t.equal((await tofu.apply(claim.inputs.state, { text, token: secret })).code, 0);
  await agent.finish(job, { phase: 'Succeeded' });
  await settle(plane, 'svc');
  const next = await assign(plane, await createJob(plane, 'svc'), agent);
  const { state, serviceUid } = claim.inputs;
  const refused = await fetch(`${state.address}/recover`, { method: 'POST', body: JSON.stringify({ version: 4, serial: 99, lineage: 'l' }), headers: { authorization: `Basic ${Buffer.from(`x:${state.password}`).toString('base64')}` } });
  t.equal(refused.status, 409);
  t.equal(evidenceOf(view(plane), { namespace: 'default', serviceUid }).length, 1);
  return { plane, admin, manifest, agent, tofu, next, serviceUid };
}

/** Everything in the bucket that opens with this key: states by trying, values by the id that stands in them. */
async function opensWith(plane: Plane, key: Buffer): Promise<string[]> {
  const old = new Envelopes(oneKey(key));
  const found: string[] = [];
  for (const object of await plane.context.objects.list('')) {
    const bytes = await plane.context.objects.get(object);
    if (!bytes) continue; // What the log no longer needs goes meanwhile.
    if (keysIn(bytes.toString()).has(old.sealingWith) || keysIn(JSON.stringify(bytes.toString())).has(old.sealingWith)) found.push(object);
    try {
      old.open(bytes, object);
      found.push(object);
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
    }
  }
  return found;
}

t.test('a rotation seals everything new with a new key at once, and everything old anew; values, generations and tofu’s states stay', async (t) => {
  const { plane, admin, manifest, agent, tofu, next } = await scene(t);
  const before = { id: activeOf(plane), service: await admin.services.get('svc', 'default'), states: await admin.stateHistory('default', 'svc'), pulled: await admin.pullState('default', 'svc') };
  t.ok((await opensWith(plane, keyOf(plane, before.id))).length >= 4, 'the test finds what opens with a key');
  const status = await admin.rotateKey();
  t.match(status.keys.map(({ id, state }) => [id, state]), [[before.id, /Sealing|Emptied/], [activeOf(plane), 'Active']]);
  t.not(activeOf(plane), before.id);
  await admin.services.create({ ...manifest, metadata: { name: 'new', namespace: 'default' } });
  t.same([...keysIn((await admin.services.get('new', 'default')).spec)], [activeOf(plane)], 'what is new is under the new key');
  await sealedAnew(plane);
  const after = await admin.services.get('svc', 'default');
  t.same([...keysIn(after)], [activeOf(plane)]);
  t.same([...keysIn(after.metadata.annotations![lastApplied])], [activeOf(plane)]);
  t.same([...keysIn(await admin.revisions.list())], [activeOf(plane)]);
  t.equal(after.metadata.generation, before.service.metadata.generation, 'nothing is applied for it');
  t.strictSame(await admin.stateHistory('default', 'svc'), before.states, 'the history says the same');
  t.equal(await admin.pullState('default', 'svc'), before.pulled, 'to the byte');
  t.same(oldUses(view(plane), clusterEnvelopes(plane.context)), { records: new Map(), blobs: [] });
  for (const { key } of evidenceOf(view(plane), { namespace: 'default', serviceUid: after.metadata.uid! })) t.equal(keyIdOf((await plane.context.objects.get(key))!), activeOf(plane), 'evidence too');
  t.equal((await admin.services.apply(manifest)).done, 'unchanged', 'the same secret is still the same');
  t.equal((await admin.services.replace({ ...before.service, metadata: { ...before.service.metadata, resourceVersion: undefined } })).metadata.generation, 1, 'a form that was read before is known');
  const { inputs } = await agent.claim(next);
  t.equal(inputs.secret['token'], secret, 'a run gets it');
  t.match(await tofu.run(inputs.state, ['plan', '-detailed-exitcode', '-no-color', '-input=false'], { text: 'two', token: secret }), { code: 0 }, 'tofu reads its state');
});

t.test('an old key is destroyed when the log no longer reaches back to where it was in use, and then nothing opens with it', async (t) => {
  const { plane, admin } = await scene(t, { log: { keepMs: 1, snapshotEvery: 10 } });
  const { context } = plane;
  const [id, key] = [activeOf(plane), keyOf(plane, activeOf(plane))];
  const envelopes = clusterEnvelopes(context);
  const rotation = new Rotation(context, envelopes);
  const stray = 'clients/default/svc/terraform.tfstate/7-1-0badc0de';
  await context.objects.putIfAbsent(stray, envelopes.seal(Buffer.from('of a server that was killed'), stray));
  await admin.rotateKey();
  await sealedAnew(plane);
  await rotation.work();
  t.match((await admin.keys()).keys, [{ id, state: 'Emptied', emptiedAt: Number }, { state: 'Active' }]);
  t.ok((await opensWith(plane, key)).length > 0, 'the log still names what it sealed');
  // What is asked for under the Idempotency-Key holds a sealed value too, and was sealed anew with the rest.
  const write = (n: number) => context.registry.write('test', () => ({ ops: [{ op: 'put', key: 'test/x', value: { n } }], result: undefined }));
  let n = 0;
  await waitFor(
    async () => {
      await write(++n);
      if (n % 20 === 0) await rotation.work();
      return ringKeys(view(plane)).every((each) => each.id !== id);
    },
    { what: 'the old key to be destroyed', everyMs: 1 },
  );
  t.same(await opensWith(plane, key), []);
  t.equal(await context.objects.get(stray), undefined);
  t.match(await admin.pullState('default', 'svc'), new RegExp(secret), 'what is there opens');
  t.match((await admin.keys()).keys, [{ state: 'Active', records: 0, states: 0 }]);
  await t.rejects(admin.services.create({ ...(await admin.services.get('svc', 'default')), metadata: { name: 'other', namespace: 'default' } }), { code: 'Invalid' });
});

t.test('a key that is in use again after a restore of records is not destroyed, but emptied again', async (t) => {
  const { plane, admin } = await scene(t);
  const id = activeOf(plane);
  const entry = view(plane).get('services/default/svc')!;
  await admin.rotateKey();
  const emptied = () => waitFor(async () => (await admin.keys()).keys[0]!.state === 'Emptied', { what: 'the key to be emptied' });
  await emptied();
  await plane.context.registry.write('test', () => ({ ops: [{ op: 'put', key: entry.key, value: entry.value }], result: undefined }));
  t.same([...keysIn(view(plane).get(entry.key)!.value)], [id]);
  const rotation = new Rotation(plane.context, clusterEnvelopes(plane.context));
  const before = (await admin.keys()).keys.find((each) => each.id === id)!;
  await rotation.work();
  t.same([...keysIn(view(plane).get(entry.key)!.value)], [activeOf(plane)]);
  await emptied();
  t.ok((await admin.keys()).keys.find((each) => each.id === id)!.emptiedAt! >= before.emptiedAt!);
});

t.test('a key that comes to be in use again at the moment at which it is to be destroyed stays', async (t) => {
  const { plane, admin } = await scene(t);
  const { registry } = plane.context;
  const id = activeOf(plane);
  const entry = view(plane).get('services/default/svc')!;
  await admin.rotateKey();
  await waitFor(async () => (await admin.keys()).keys[0]!.state === 'Emptied', { what: 'the key to be emptied' });
  // The log begins anew, and in the same moment a server that stood still names what it had sealed.
  const { beginsAt } = registry;
  t.teardown(() => (registry.beginsAt = beginsAt));
  registry.beginsAt = async () => {
    await registry.write('test', () => ({ ops: [{ op: 'put', key: entry.key, value: entry.value }], result: undefined }));
    return registry.view.seq + 1;
  };
  await new Rotation(plane.context, clusterEnvelopes(plane.context)).work();
  t.ok(ringKeys(view(plane)).some((key) => key.id === id), 'nothing is lost');
  registry.beginsAt = beginsAt;
  await sealedAnew(plane);
  t.same([...keysIn(view(plane).get(entry.key)!.value)], [activeOf(plane)], 'and it is sealed anew');
});

t.test('a cluster of before there was a ring keeps its key, and can rotate it', async (t) => {
  const dataDir = tempDir(t);
  const store = { driver: 'files' as const, dir: `${dataDir}/store` };
  const plane = await startPlane(t, { dataDir, store });
  const old = new Envelopes(oneKey(plane.context.keys.derive('envelopes')));
  const sealed = { $sealed: `v1:${old.seal(Buffer.from(JSON.stringify(secret)), 'parameter/default/svc/token').toString('base64url')}` };
  const { registry } = plane.context;
  await plane.as('admin').services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'svc', namespace: 'default' }, spec: { template: 'note', parameters: {} } } as unknown as Service);
  await registry.write('test', (at) => {
    const entry = at.get('services/default/svc')!;
    const gone = ringKeys(at).map(({ id }) => ({ op: 'delete' as const, key: `keys/data/${id}` }));
    return { ops: [...gone, { op: 'delete', key: 'keys/active' }, { op: 'put', key: entry.key, value: { ...entry.value, spec: { ...(entry.value['spec'] as object), parameters: { token: sealed } } } as never }], result: undefined };
  });
  await plane.stop();
  const again = await startPlane(t, { dataDir, store });
  t.equal(activeOf(again), old.sealingWith);
  await again.as('admin').rotateKey();
  await sealedAnew(again);
  const agent = await HandAgent.join(t, again, 'n1');
  t.equal((await running(again, agent, 'svc')).claim.inputs.secret['token'], secret);
});

t.test('nothing that somebody writes into a record holds a rotation up, however much it looks like a sealed value', async (t) => {
  const plane = await startPlane(t);
  const admin = plane.as('admin');
  const head = { apiVersion: 'spawnit.dev/v1', kind: 'Service' };
  const note = await admin.templates.get('note');
  const { env, text } = note.spec.parameters.properties;
  const { writeOnly: _secret, ...plain } = env!;
  await admin.templates.create({ apiVersion: note.apiVersion, kind: note.kind, metadata: { name: 'open' }, spec: { ...note.spec, parameters: { ...note.spec.parameters, properties: { text, env: plain } } } } as never);
  const { spec } = await admin.services.create({ ...head, metadata: { name: 'svc', namespace: 'default' }, spec: { template: 'note', parameters: { token: secret } } } as never);
  const form = (spec.parameters['token'] as { $sealed: string }).$sealed;
  const odd = (name: string, annotations: Record<string, string>, parameters: object) => admin.services.create({ ...head, metadata: { name, namespace: 'default', annotations }, spec: { template: 'open', parameters } } as never);
  await odd('a', { note: form, [lastApplied]: `"${form}` }, { text: form });
  await odd('b', { [lastApplied]: JSON.stringify({ spec: { parameters: { token: { $sealed: form } } } }) }, { env: { note: form } });
  await t.rejects(odd('c', {}, { env: { $sealed: form } }), { code: 'Invalid', message: /give the value itself/ });
  const before = activeOf(plane);
  await admin.rotateKey();
  await waitFor(async () => {
    const { left, trouble, keys } = await admin.keys();
    return left === 0 && trouble === undefined && keys.find(({ id }) => id === before)?.state === 'Emptied';
  }, { what: 'the old key to be emptied' });
  t.same([...keysIn((await admin.services.get('svc', 'default')).spec)], [activeOf(plane)]);
});
