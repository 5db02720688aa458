import { kinds } from '@spawnit/contract';
import t from 'tap';
import { openApiV2 } from '../../src/openapi/v2.js';
import { openApiV3 } from '../../src/openapi/v3.js';
import { objectJsonSchema, schemaName, type JsonSchema } from '../../src/openapi/schemas.js';

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
    for (const ref of refsIn(document)) t.ok(document.components.schemas[ref.replace('#/components/schemas/', '')], ref);
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
