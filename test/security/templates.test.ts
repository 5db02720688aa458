import { startApiserver, type Teardown } from '@spawnit/testkit';
import t from 'tap';

async function withModule(t: Teardown) {
  const api = await startApiserver(t);
  const client = api.client('admin');
  const { metadata } = await client.modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: { generateName: 'x' }, spec: { root: '.', files: { 'main.tf': 'variable "x" {}\n' } } } as never);
  const template = (x: object, more: object = {}) =>
    ({ apiVersion: 'spawnit.dev/v1', kind: 'Template', metadata: { name: 'mine' }, spec: { title: 'Mine', category: 'Tests', description: '', provider: 'none', binding: 'Remote', module: metadata.name, parameters: { type: 'object', additionalProperties: false, properties: { x }, ...more } } }) as never;
  const service = (x: string) => ({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { template: 'mine', parameters: { x }, suspend: true } }) as never;
  return { templates: client.templates, services: client.services, template, service };
}

t.test('a pattern of a template that backtracks without end holds up nobody for long', async (t) => {
  const { templates, services, template, service } = await withModule(t);
  const property = { type: 'string', pattern: '^(a+)+$' };
  const value = `${'a'.repeat(60)}!`;
  await t.rejects(templates.create(template({ ...property, default: value })), { code: 'Invalid', message: /reasonable time/ });
  await templates.create(template(property));
  await t.rejects(services.create(service(value)), { code: 'Invalid', message: /reasonable time/ });
  t.match(await services.create(service('aaaa')), { metadata: { name: 'a' } });
});

t.test('what is secret can not be hidden behind a reference, and so be stored in the clear', async (t) => {
  const { templates, template } = await withModule(t);
  const defs = { $defs: { secret: { type: 'string', writeOnly: true } } };
  await t.rejects(templates.create(template({ $ref: '#/$defs/secret' }, defs)), { code: 'Invalid', message: /has a \$ref: write out/ });
  await t.rejects(templates.create(template({ type: 'array', items: { $ref: '#/$defs/secret' } }, defs)), { code: 'Invalid', message: /has a \$ref/ });
});
