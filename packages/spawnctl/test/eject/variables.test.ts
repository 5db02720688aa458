import type { ParameterSchema, Revision, Service } from '@spawnit/contract';
import t from 'tap';
import { clusterIn, variablesOf } from '../../src/eject/variables.js';

const schema = { type: 'object', properties: { image: { type: 'string', default: 'nginx' }, port: { type: 'integer' }, password: { type: 'string', writeOnly: true }, url: { type: 'string' }, hidden: { type: 'string' }, nested: { type: 'object', properties: { key: { writeOnly: true } } } } } as unknown as ParameterSchema;
const revision = (parameters: Record<string, unknown>, parametersFrom: object[] = []) => ({ spec: { serviceSpec: { parameters, parametersFrom } } }) as unknown as Revision;
const service = (inputs?: Record<string, unknown>) => ({ status: { applied: { inputs } } }) as unknown as Service;

await t.test('values are those of the last apply, and secrets are named only', async (t) => {
  const declared = revision({ port: 80, password: { $sealed: 'v1:x' }, nested: { key: 'k' } }, [{ parameter: 'url', service: 'db', output: 'url' }, { parameter: 'hidden', service: 'db', output: 'password' }]);
  t.strictSame(variablesOf(schema, declared, service({ url: 'tcp://db' })), { plain: { image: 'nginx', port: 80, url: 'tcp://db' }, secret: ['hidden', 'nested', 'password'] });
  t.strictSame(variablesOf(schema, revision({ image: null, other: { $sealed: 'x' } }), service()), { plain: {}, secret: ['other'] });
  const then = revision({});
  t.strictSame(variablesOf(schema, { ...then, spec: { ...then.spec, defaults: { image: 'nginx:1' } } }, service()).plain, { image: 'nginx:1' }, "the template's defaults may be others by now");
});

await t.test('the cluster is found where the labels of a state name it', async (t) => {
  t.equal(clusterIn({ resources: [{ instances: [{ attributes: { labels: [{ label: 'a', value: 'b' }, { label: 'spawnit.dev/cluster', value: 'c1' }] } }] }] }), 'c1');
  t.equal(clusterIn({ resources: [{ tags: { 'spawnit.dev/cluster': 'c2' } }] }), 'c2');
  t.equal(clusterIn({ resources: null }), undefined);
});
