import { lastApplied, type ParameterSchema, type Service } from '@spawnit/contract';
import { randomBytes } from 'node:crypto';
import t from 'tap';
import { oneKey } from '../../src/secrets/data-keys.js';
import { EnvelopeError, Envelopes } from '../../src/secrets/envelope.js';
import { openParameters } from '../../src/secrets/open-parameters.js';
import { sealService } from '../../src/secrets/seal-service.js';
import { isSealed, openValue, sealValue } from '../../src/secrets/sealed-value.js';

const envelopes = new Envelopes(oneKey(randomBytes(32)));
const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    password: { type: 'string', writeOnly: true },
    users: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, key: { type: 'string', writeOnly: true } } } },
    port: { type: 'integer' },
  },
} as unknown as ParameterSchema;

function serviceOf(parameters: Record<string, unknown>, annotations?: Record<string, string>, name = 'shop'): Service {
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'acme', annotations }, spec: { template: 'db', parameters } } as unknown as Service;
}

t.test('an envelope opens only at its place, with its key, unchanged', async (t) => {
  const sealed = envelopes.seal(Buffer.from('state'), 'clients/a');
  t.equal(envelopes.open(sealed, 'clients/a').toString(), 'state');
  t.notOk(sealed.includes('state'));
  t.throws(() => envelopes.open(sealed, 'clients/b'), EnvelopeError);
  t.throws(() => new Envelopes(oneKey(randomBytes(32))).open(sealed, 'clients/a'), { message: /a key that this cluster has not/ });
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    t.throws(() => envelopes.open(changed, 'clients/a'), EnvelopeError, `byte ${at} changed`);
  }
  t.throws(() => envelopes.open(sealed.subarray(0, 20), 'clients/a'), EnvelopeError);
});

t.test('secrets are sealed, in the parameters and in the annotation alike', async (t) => {
  const applied = serviceOf({ password: 'hunter2', port: 1 });
  const { service, warnings } = sealService({ service: serviceOf({ password: 'hunter2', port: 1 }, { [lastApplied]: JSON.stringify(applied), other: 'stays' }), schema, envelopes });
  t.same(warnings, []);
  t.notMatch(JSON.stringify(service), /hunter2/);
  t.equal(service.spec.parameters['port'], 1);
  t.equal(service.metadata.annotations?.['other'], 'stays');
  const annotation = JSON.parse(service.metadata.annotations![lastApplied]!) as Service;
  t.same(annotation.spec.parameters, service.spec.parameters, 'so that the next apply sees no difference');
  t.same(openParameters(envelopes, { namespace: 'acme', name: 'shop' }, service.spec.parameters, schema), { plain: { port: 1 }, secret: { password: 'hunter2' } });
});

t.test('a parameter that holds a secret somewhere inside is sealed as a whole', async (t) => {
  const users = [{ name: 'ann', key: 'k-1234' }];
  const { service } = sealService({ service: serviceOf({ users }), schema, envelopes });
  t.ok(isSealed(service.spec.parameters['users']));
  t.same(openParameters(envelopes, { namespace: 'acme', name: 'shop' }, service.spec.parameters, schema).secret, { users });
});

t.test('the same secret given again keeps its sealed form, another one does not', async (t) => {
  const old = sealService({ service: serviceOf({ password: 'one' }), schema, envelopes }).service;
  const again = sealService({ service: serviceOf({ password: 'one' }), old, schema, envelopes }).service;
  t.same(again.spec.parameters, old.spec.parameters);
  const changed = sealService({ service: serviceOf({ password: 'two' }), old, schema, envelopes }).service;
  t.not((changed.spec.parameters['password'] as { $sealed: string }).$sealed, (old.spec.parameters['password'] as { $sealed: string }).$sealed);
});

t.test('a sealed value may come back only to the service and parameter it was made for', async (t) => {
  const { service } = sealService({ service: serviceOf({ password: 'one' }), schema, envelopes });
  t.same(sealService({ service, old: service, schema, envelopes }).service, service);
  const { password } = service.spec.parameters;
  for (const foreign of [serviceOf({ password }, undefined, 'other'), serviceOf({ users: password }), serviceOf({ password: { $sealed: 'v1:AAAA' } }), serviceOf({ password: { $sealed: 'nonsense' } })]) {
    t.throws(() => sealService({ service: foreign, schema, envelopes }), { code: 'Invalid', message: /does not belong/ });
  }
});

t.test('an annotation that cannot be read is dropped, and said so', async (t) => {
  for (const text of ['{"spec":{"parameters":{"password":"hunter2"', '"hunter2"', '[]', '{"spec":{"parameters":["hunter2"]}}', '{"spec":"hunter2"}']) {
    const { service, warnings } = sealService({ service: serviceOf({}, { [lastApplied]: text }), schema, envelopes });
    t.notMatch(JSON.stringify(service), /hunter2/);
    t.match(warnings, [/could not be read/]);
  }
});

t.test('without secrets in the template nothing is touched', async (t) => {
  const plain = { ...schema, properties: { port: { type: 'integer' } } };
  const service = serviceOf({ port: 2 }, { [lastApplied]: 'not json' });
  t.equal(sealService({ service, schema: plain, envelopes }).service, service);
  const place = { namespace: 'acme', service: 'shop', parameter: 'x' };
  t.equal(openValue(envelopes, place, sealValue(envelopes, place, null)), null);
});
