import { readFileSync } from 'node:fs';
import t from 'tap';
import { parameterOf } from '../../src/plan/parameter.js';
import { PlanJson } from '../../src/plan/plan-json.js';

/** What real tofu says of modules/docker/web-server, which calls docker/instance. */
const configuration = JSON.parse(readFileSync(new URL('../../../test/fixtures/configuration.json', import.meta.url), 'utf8')) as unknown;
const plan = PlanJson.parse({ format_version: '1.2', configuration });
const variables = { image: 'hello', limits: { memory_mb: 64 }, port: 8080 };
const of = (field: string, desired: string, more: { resource?: string; variables?: object } = {}) =>
  parameterOf(plan, { resource: more.resource ?? 'module.instance.docker_container.this', field, desired, live: 'x' }, { ...variables, ...more.variables });

t.test('a field that one variable gives leads to its parameter, through modules and other resources', async (t) => {
  t.equal(of('memory', '64'), 'limits.memory_mb');
  t.equal(of('image', '"hello"'), 'image', 'by way of docker_image.this.name');
  t.equal(of('image', '"hello"', { resource: 'module.instance["a.b]"].docker_container.this[0]' }), 'image', 'which instance it is makes no difference');
});

t.test('what is computed, or has another value than its variable, has none', async (t) => {
  t.equal(of('memory_swap', '-1'), undefined);
  t.equal(of('memory', '65536'), undefined, 'a value that was converted');
  for (const field of ['cpus', 'env', 'hostname', 'max_retry_count', 'ports', 'log_driver', '(exists)']) t.equal(of(field, '"x"'), undefined, field);
  for (const desired of ['(sensitive)', '"cut off…']) t.equal(of('image', desired, { variables: { image: desired } }), undefined);
  t.equal(of('memory', '64', { resource: 'module.other.docker_container.this' }), undefined);
});

t.test('without a value the names must agree', async (t) => {
  const unset = { variables: { limits: {} } };
  t.equal(of('memory', '0', unset), 'limits.memory_mb');
  t.equal(of('memory_swap', '0', unset), undefined);
});

t.test('a default of the module counts as given, and a plan without its configuration says nothing', async (t) => {
  t.equal(of('image', '"nginx:1.28-alpine"', { variables: { image: undefined } }), 'image');
  t.equal(parameterOf(PlanJson.parse({ format_version: '1.2', configuration: 7 }), { resource: 'a.b', field: 'c', desired: '1', live: '2' }, {}), undefined);
});
