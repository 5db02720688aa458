import { errorTable, kinds } from '@spawnit/contract';
import t from 'tap';
import { exampleOf } from '../../src/openapi/examples.js';
import { openApiV2 } from '../../src/openapi/v2.js';
import { openApiV3 } from '../../src/openapi/v3.js';
import { objectJsonSchema, schemaName, type JsonSchema } from '../../src/openapi/schemas.js';
import { readObject } from '../../src/resources/schema.js';

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') yield inner;
    else yield* refsIn(inner);
  }
}

for (const group of ['', 'spawnit.dev'] as const) {
  const document = openApiV3(group, '1.0.0');
  t.test(`the document of group "${group}" is whole: every reference leads somewhere, every path parameter is declared`, async (t) => {
    for (const ref of refsIn(document)) t.ok(ref.split('/').slice(1).reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document), ref);
    for (const [path, item] of Object.entries(document.paths)) {
      const declared = ((item['parameters'] ?? []) as unknown as { name: string; in: string }[]).filter((p) => p.in === 'path').map(({ name }) => name);
      t.strictSame(declared, [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]), path);
    }
    const schemas = JSON.stringify(document.components.schemas);
    t.notMatch(schemas, /"const"|"\$schema"|"prefixItems"|"propertyNames"/, 'only words that OpenAPI 3.0 knows');
  });
}

t.test('each kind stands in both documents with its group, version and kind', async (t) => {
  const v2 = openApiV2('1.0.0');
  for (const kind of kinds) {
    const gvk = [{ group: kind.group, version: 'v1', kind: kind.kind }];
    t.strictSame(v2.definitions[schemaName(kind)]!['x-kubernetes-group-version-kind'], gvk);
    t.strictSame(openApiV3(kind.group, '1').components.schemas[schemaName(kind)]!['x-kubernetes-group-version-kind'], gvk);
  }
  t.match(v2.definitions['dev.spawnit.v1.Service'], { properties: { spec: { required: ['template'], properties: { suspend: { type: 'boolean' } } } } });
});

t.test('each field of each kind says what it is, for explain and for people who read the document', async (t) => {
  const silent = (schema: JsonSchema, at: string): string[] => [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [...(inner.description ? [] : [`${at}.${name}`]), ...silent(inner, `${at}.${name}`)]),
    ...(schema.items ? silent(schema.items, `${at}[]`) : []),
    ...(typeof schema.additionalProperties === 'object' ? silent(schema.additionalProperties, `${at}.*`) : []),
  ];
  t.same(kinds.flatMap((kind) => silent(objectJsonSchema(kind), kind.kind)), []);
});

t.test('each body and each answer has an example, and those of kinds are objects that the server would take', async (t) => {
  for (const kind of kinds) t.doesNotThrow(() => readObject(kind, exampleOf(kind), 'Strict', () => undefined), kind.kind);
  type Part = { content?: Record<string, { example?: unknown; examples?: object }>; $ref?: string };
  const complete = (part: Part) => part.$ref !== undefined || Object.values(part.content ?? {}).every((each) => each.example !== undefined || Object.keys(each.examples ?? {}).length > 0);
  for (const group of ['', 'spawnit.dev'] as const) {
    const { paths, components } = openApiV3(group, '1');
    for (const [path, item] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (method === 'parameters') continue;
        const parts = [...Object.values(operation['responses'] as Record<string, Part>), (operation['requestBody'] ?? {}) as Part];
        t.ok(parts.every(complete), `${method} ${path}`);
      }
    }
    const told = Object.values(components.responses).flatMap((response) => Object.keys((response as Part).content!['application/json']!.examples!));
    t.same(told.sort(), Object.keys(errorTable).sort(), 'each error of the table is there');
  }
});
