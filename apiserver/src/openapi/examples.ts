import { apiVersionOf, kinds, type KindDefinition } from '@spawnit/contract';
import { mapOperations, type Paths } from './map-operations.js';
import { sample } from './sample.js';
import { schemaName, type JsonSchema } from './schemas.js';

const digest = `sha256-${'0'.repeat(64)}`;
const then = '2026-01-01T12:00:00Z';

/** What stands below metadata in an example of each kind. */
const bodies: Record<string, object> = {
  Namespace: { spec: { maxServices: 20 } },
  Event: { involvedObject: { kind: 'Service', namespace: 'default', name: 'example' }, reason: 'Drifted', message: 'docker_container.this: memory is 512, and 256 was declared', type: 'Warning', count: 1, firstTimestamp: then, lastTimestamp: then, source: { component: 'drift-controller' } },
  Template: { spec: { title: 'Web server', category: 'Web', description: 'Serves pages.', provider: 'docker', binding: 'Engine', module: digest, parameters: { type: 'object', additionalProperties: false, properties: { port: { type: 'integer', title: 'Port' } } } } },
  Module: { spec: { title: 'Web server', files: { 'main.tf': '# what tofu runs\n' } } },
  Service: { spec: { template: 'web-server', parameters: { port: 8080 }, drift: { policy: 'Revert' } } },
  Revision: { spec: { service: 'example', serviceUid: '6f1f1b5e-9d2a-4c55-8a5e-1f6f0c2f9a11', generation: 3, author: 'user:admin', templateVersion: '1', module: digest, moduleRoot: '.', serviceSpec: { template: 'web-server', parameters: { port: 8080 } } } },
  Job: { spec: { service: 'example', serviceUid: '6f1f1b5e-9d2a-4c55-8a5e-1f6f0c2f9a11', type: 'Apply', generation: 3, revision: 'example-3', module: digest, trigger: 'Change' } },
  Node: { spec: { slots: 2, taints: [{ key: 'gpu', effect: 'NoSchedule' }] } },
  Lease: { spec: { holder: 'scheduler-1', session: 'a1b2c3', epoch: 4, acquireTime: then } },
};

/** An object of this kind as people or the system would write it. */
export function exampleOf(kind: KindDefinition): Record<string, unknown> {
  const name = kind.kind === 'Module' ? digest : 'example';
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, ...(kind.namespaced && { namespace: 'default' }) }, ...bodies[kind.kind] };
}

/** Content type of a patch → one that labels the object. */
export function patchExamples(kind: KindDefinition): Record<string, unknown> {
  const { apiVersion, kind: name, metadata } = exampleOf(kind);
  return {
    'application/merge-patch+json': { metadata: { labels: { team: 'a' } } },
    'application/json-patch+json': [{ op: 'add', path: '/metadata/labels', value: { team: 'a' } }],
    'application/apply-patch+yaml': { apiVersion, kind: name, metadata: { ...(metadata as object), labels: { team: 'a' } } },
  };
}

export const streamExample = 'event: change\nid: 42\ndata: {"type":"MODIFIED","object":{"kind":"Service","metadata":{"name":"example"}}}\n\n';

/** Of a tofu state. */
export const stateExample = { version: 4, serial: 3, lineage: '6f1f1b5e-9d2a-4c55-8a5e-1f6f0c2f9a11', outputs: {}, resources: [] };

type Content = Record<string, { schema?: JsonSchema; example?: unknown }>;

/** Gives each body and each answer of each operation an example, unless it has one. */
export function withExamples<P extends Paths>(paths: P, schemas: Record<string, JsonSchema>): P {
  const known = Object.fromEntries(kinds.flatMap((kind) => {
    const object = exampleOf(kind);
    return [[schemaName(kind), object], [`${schemaName(kind)}List`, { apiVersion: object['apiVersion'], kind: `${kind.kind}List`, metadata: { resourceVersion: '42' }, items: [object] }]];
  })) as Record<string, unknown>;
  const example = (either: JsonSchema = {}): unknown => {
    const schema = (either['anyOf'] as JsonSchema[] | undefined)?.find((each) => '$ref' in each) ?? either;
    if ('example' in schema) return schema['example'];
    const name = String(schema['$ref'] ?? '').split('/').at(-1)!;
    return known[name] ?? sample(schemas[name] ?? schema);
  };
  const complete = (content: Content): Content => Object.fromEntries(Object.entries(content).map(([type, each]) => [type, 'example' in each ? each : { ...each, example: example(each.schema) }]));
  const filled = <T extends { content?: Content }>(of: T): T => (of.content ? { ...of, content: complete(of.content) } : of);
  return mapOperations(paths, (_method, operation) => ({
    ...operation,
    ...(operation['requestBody'] !== undefined && { requestBody: filled(operation['requestBody'] as { content?: Content }) }),
    responses: Object.fromEntries(Object.entries(operation['responses'] as Record<string, { content?: Content }>).map(([status, of]) => [status, filled(of)])),
  })) as P;
}
