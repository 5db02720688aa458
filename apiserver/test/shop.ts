import { condition, type Condition, type Resource, type Service } from '@spawnit/contract';
import { tempDir, type Teardown } from '@spawnit/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

const port = { type: 'integer', title: 'Port', minimum: 1, maximum: 65535, 'x-host-port': true };

const web = {
  title: 'Web site',
  provider: 'docker',
  binding: 'Engine',
  module: 'web',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['image'],
    properties: {
      image: { type: 'string', title: 'Image', minLength: 1 },
      port,
      ports: { type: 'array', title: 'Ports', items: { type: 'object', additionalProperties: false, required: ['internal'], properties: { internal: { type: 'integer', title: 'Port inside', minimum: 1 }, external: port } } },
      restart: { type: 'string', title: 'Restart', enum: ['no', 'always'] },
      name: { type: 'string', title: 'Name', pattern: '^[a-z]+$', 'x-message': 'must be lower-case letters' },
      disk: { type: 'integer', title: 'Disk', default: 10, minimum: 1, 'x-unit': 'GB', 'x-immutable': true },
      database: { type: 'string', title: 'Database' },
      password: { type: 'string', title: 'Password', minLength: 8, writeOnly: true },
      volume: { type: 'object', title: 'Volume', oneOf: [{ required: ['own'] }, { required: ['shared'] }], properties: { own: { type: 'string' }, shared: { type: 'string' } } },
    },
  },
  outputs: { url: { title: 'Address' } },
};
const bucket = { ...web, title: 'Bucket', provider: 'aws', binding: 'Remote', module: 'bucket', outputs: { arn: { title: 'ARN' } } };

/** A catalogue of two entries, `web` and `bucket`, whose parameters have one of each kind of rule. */
export function shopCatalogue(t: Teardown): string {
  const dir = tempDir(t);
  for (const [name, spec] of Object.entries({ web, bucket })) {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'main.tf'), `# ${name}\n`);
    writeFileSync(join(dir, name, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const template = { apiVersion: 'spawnit.dev/v1', kind: 'Template', metadata: { name }, spec: { category: 'Tests', description: 'For tests.', icon: 'icon.svg', ...spec } };
    writeFileSync(join(dir, name, 'template.yaml'), stringify(template, { aliasDuplicateObjects: false }));
  }
  return dir;
}

type ServiceInput = Omit<Partial<Service['spec']>, 'parameters'> & { parameters?: Record<string, unknown> };

/** A service as people would write it. */
export function service(name: string, spec: ServiceInput = {}, metadata: Partial<Resource['metadata']> = {}): Service {
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default', ...metadata }, spec: { template: 'web', parameters: { image: 'busybox' }, ...spec } } as Service;
}

export function ready(of: Service, status: Condition['status'] = 'True'): Condition {
  return { type: 'Ready', status, reason: 'Test', message: '', lastTransitionTime: condition(of, 'Ready')?.lastTransitionTime ?? '2026-01-01T00:00:00Z' };
}
