import { startApiserver } from '@spawnit/testkit';
import t from 'tap';

t.test('a pattern of a template that backtracks without end holds up nobody for long', async (t) => {
  const api = await startApiserver(t);
  const { modules, templates, services } = api.client('admin');
  const { metadata } = await modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: { generateName: 'x' }, spec: { root: '.', files: { 'main.tf': 'variable "x" {}\n' } } } as never);
  const property = { type: 'string', pattern: '^(a+)+$' };
  const template = (x: object) => ({ apiVersion: 'spawnit.dev/v1', kind: 'Template', metadata: { name: 'slow' }, spec: { title: 'Slow', category: 'Tests', description: '', provider: 'none', binding: 'Remote', module: metadata.name, parameters: { type: 'object', additionalProperties: false, properties: { x } } } });
  const value = `${'a'.repeat(60)}!`;
  await t.rejects(templates.create(template({ ...property, default: value }) as never), { code: 'Invalid', message: /reasonable time/ });
  await templates.create(template(property) as never);
  const service = (x: string) => ({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { template: 'slow', parameters: { x }, suspend: true } });
  await t.rejects(services.create(service(value) as never), { code: 'Invalid', message: /reasonable time/ });
  t.match(await services.create(service('aaaa') as never), { metadata: { name: 'a' } });
});
