import { lastApplied, type Service } from '@spawnit/contract';
import { tempDir } from '@spawnit/testkit';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { clusterEnvelopes } from '../../src/secrets/cluster-envelopes.js';
import { openParameters } from '../../src/secrets/open-parameters.js';
import { HandAgent, running, startPlane } from '../agent/plane.js';

const canary = 'canary-8f3a';
const manifest = (token: string, text = 'x') => ({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'svc', namespace: 'default' }, spec: { template: 'note', parameters: { text, token } } }) as unknown as Service;

t.test('a secret that is applied is in no answer and in no byte that is stored', async (t) => {
  const dataDir = tempDir(t);
  const plane = await startPlane(t, { dataDir, store: { driver: 'files', dir: join(dataDir, 'store') } });
  const agent = await HandAgent.join(t, plane, 'n1');
  const { services } = plane.as('admin');
  const { object, done } = await services.apply(manifest(canary));
  t.equal(done, 'created');
  t.ok(object.metadata.annotations?.[lastApplied]);
  const { claim } = await running(plane, agent, 'svc');
  t.equal(claim.inputs.secret['token'], canary, 'only the run gets it');
  const read = [object, await services.get('svc', 'default'), await services.list(), await plane.as('admin').revisions.list(), await plane.as('admin').jobs.list()];
  t.notMatch(JSON.stringify(read), new RegExp(canary));
  const stored = readdirSync(join(dataDir, 'store'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  t.ok(stored.length > 3);
  for (const entry of stored) t.notOk(readFileSync(join(entry.parentPath, entry.name)).includes(canary), entry.name);
});

t.test('applying the same secret again is no new generation; another one, or none, is', async (t) => {
  const plane = await startPlane(t);
  const { services } = plane.as('admin');
  await services.apply(manifest(canary));
  t.equal((await services.apply(manifest(canary))).object.metadata.generation, 1);
  t.equal((await services.apply(manifest(canary, 'y'))).object.metadata.generation, 2);
  t.equal((await services.apply(manifest('another'))).object.metadata.generation, 3);
  const { object } = await services.apply({ ...manifest(''), spec: { template: 'note', parameters: { text: 'y' } } } as unknown as Service);
  t.notOk('token' in object.spec.parameters, 'what is left out of the manifest is taken away');
});

t.test('a service that was read can be written back; its secret fits nowhere else', async (t) => {
  const plane = await startPlane(t);
  const { services } = plane.as('admin');
  const service = await services.create(manifest(canary));
  const same = await services.replace(service);
  t.equal(same.metadata.resourceVersion, service.metadata.resourceVersion);
  const copy = { ...service, metadata: { name: 'copy', namespace: 'default' } };
  await t.rejects(services.create(copy), { code: 'Invalid', details: { causes: [{ field: 'spec.parameters.token', message: /give the value itself/ }] } });
  const dry = await services.create({ ...manifest(canary), metadata: { name: 'dry', namespace: 'default' } }, { dryRun: true });
  t.notMatch(JSON.stringify(dry), new RegExp(canary), 'a dry run tells it neither');
});

t.test('a merge patch sets and takes away single keys of a map that is sealed, and shows none', async (t) => {
  const plane = await startPlane(t);
  const { services } = plane.as('admin');
  const made = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'svc', namespace: 'default' }, spec: { template: 'note', parameters: { env: { A: canary, B: 'goes' } } } } as unknown as Service;
  await services.create(made);
  const held = async () => {
    const { spec } = await services.get('svc', 'default');
    t.same(Object.keys(spec.parameters['env'] as object), ['$sealed']);
    return openParameters(clusterEnvelopes(plane.context), { namespace: 'default', name: 'svc' }, spec.parameters).secret['env'];
  };
  const patched = await services.patch('svc', 'default', { spec: { parameters: { env: { B: null, C: 'new' } } } } as never);
  t.notMatch(JSON.stringify(patched), new RegExp(canary));
  t.same(await held(), { A: canary, C: 'new' });
  const same = await services.patch('svc', 'default', { spec: { parameters: { env: { C: 'new' } } } } as never);
  t.equal(same.metadata.generation, 2, 'the same once more is no change');
  await t.rejects(services.patch('svc', 'default', { spec: { parameters: { env: { D: '', E: '' } } } } as never), { code: 'Invalid' }, 'the whole is checked');
  await services.patch('svc', 'default', { spec: { parameters: { env: { $sealed: null, Z: 'alone' } } } } as never);
  t.same(await held(), { Z: 'alone' }, 'an apply that saw it sealed replaces it');
  await services.apply({ ...made, spec: { ...made.spec, parameters: { env: { A: 'one', B: 'two' } } } });
  await services.apply({ ...made, spec: { ...made.spec, parameters: { env: { B: 'two' } } } });
  t.same(await held(), { B: 'two' }, 'and takes away what its manifest has no more');
  const copies = [{ op: 'copy', from: '/spec/parameters/env/B', path: '/spec/parameters/text' }];
  const { token } = plane.as('admin').transport.options;
  const answer = await fetch(`${plane.url}/apis/spawnit.dev/v1/namespaces/default/services/svc`, { method: 'PATCH', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json-patch+json' }, body: JSON.stringify(copies) });
  t.equal(answer.status, 422, 'a JSON patch, which could copy it out, sees no more than anybody');
});

t.test('no bare digest of what holds a secret is stored: who has the bucket could try words until one fits', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const { services } = plane.as('admin');
  const given = manifest(canary);
  await services.create(given, { idempotencyKey: 'once' });
  await services.create(given, { idempotencyKey: 'once' });
  const { claim } = await running(plane, agent, 'svc');
  const { address, password } = claim.inputs.state;
  const outputs = { token: { value: canary, sensitive: true, type: 'string' } };
  const tell = (method: string, body: object, query = '') => fetch(address + query, { method, body: JSON.stringify(body), headers: { authorization: `Basic ${Buffer.from(`x:${password}`).toString('base64')}` } });
  t.equal((await tell('LOCK', { ID: 'l' })).status, 200);
  t.equal((await tell('POST', { version: 4, serial: 1, lineage: 'x', outputs, resources: [] }, '?ID=l')).status, 200);
  const records = JSON.stringify(['idempotency/', 'states/', 'state-history/'].map((prefix) => [...plane.context.registry.view.list(prefix)]));
  for (const text of [`/apis/spawnit.dev/v1/namespaces/default/services\n${JSON.stringify(given)}`, JSON.stringify(outputs)]) t.notOk(records.includes(createHash('sha256').update(text).digest('hex')), text.slice(0, 60));
});

t.test('a merge patch that names another template opens no secret for it', async (t) => {
  const plane = await startPlane(t);
  const { services, templates } = plane.as('admin');
  const note = await templates.get('note');
  const { env, ...others } = note.spec.parameters.properties;
  const { writeOnly: _secret, ...plain } = env!;
  await templates.create({ apiVersion: note.apiVersion, kind: note.kind, metadata: { name: 'open' }, spec: { ...note.spec, parameters: { ...note.spec.parameters, properties: { ...others, env: plain } } } } as never);
  await services.create({ ...manifest(''), spec: { template: 'note', parameters: { env: { A: canary } } } } as never);
  for (const dryRun of [true, false]) {
    const answer = await services.patch('svc', 'default', { spec: { template: 'open', parameters: { env: {} } } } as never, { dryRun }).catch((error: unknown) => error);
    t.notMatch(JSON.stringify(answer), new RegExp(canary));
  }
  t.notMatch(JSON.stringify([...plane.context.registry.view.list('services/')]), new RegExp(canary));
});
