import fc from 'fast-check';
import t from 'tap';
import { frozen, type JsonObject, type JsonValue } from '../../src/store/log/json.js';
import { MemoryBucket, MemoryStore } from '../../src/store/memory.js';
import { put, server, watched } from './registries.js';

const names = fc.constantFrom('a', 'b', '0', '1', 'length', 'constructor', 'toString', '__proto__');
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom<JsonValue>('x', 'y', '', 0, 1, true, null), fc.array(tie('value'), { maxLength: 3 }), fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map(ownParts)),
}));

t.test('whatever its models, a value says what it said, in its order, and nothing of it can be changed', async (t) => {
  const law = fc.property(value, value, value, (value, one, another) => {
    const [text, ...models] = [value, one, another].map((each) => JSON.stringify(each)) as [string, string, string];
    const [model, second] = models.map((each) => frozen(JSON.parse(each) as JsonValue)) as [JsonValue, JsonValue];
    const kept = frozen(JSON.parse(text) as JsonValue, model, second);
    if (JSON.stringify(kept) !== text) throw new Error(`${text} became ${JSON.stringify(kept)}`);
    if (JSON.stringify([model, second]) !== `[${models.join()}]`) throw new Error('a model was changed');
    assertFrozen(kept);
  });
  t.doesNotThrow(() => fc.assert(law, { numRuns: 20_000 }));
});

t.test('what a value has in common with a model is in memory once', async (t) => {
  const model = frozen({ name: 'a', spec: { drift: { policy: 'Flag', ignoreFields: [] }, port: 1 } });
  const kept = frozen({ name: 'b', spec: { drift: { policy: 'Flag', ignoreFields: [] }, port: 2 } }, model);
  t.equal(kept.spec.drift, model.spec.drift);
  t.not(kept.spec, model.spec);
  const again = frozen({ name: 'b', spec: { drift: { policy: 'Flag', ignoreFields: [] }, port: 1 } }, kept, model);
  t.equal(again.spec, model.spec);
  t.same(Object.keys(frozen({ second: 2, first: 1 } as JsonObject, { first: 1, second: 2 })), ['second', 'first'], 'in another order it is another');
});

t.test('a record shares what stays with what it was, and with others of its kind, be it written or read from the log', async (t) => {
  const bucket = new MemoryBucket();
  const registry = await server(t, new MemoryStore(bucket));
  const changes = watched(registry);
  const write = (name: string, phase: string) => put(registry, `services/default/${name}`, { metadata: { name }, spec: { parameters: { image: 'i' } }, status: { phase } });
  await write('a', 'Pending');
  await write('b', 'Pending');
  await write('a', 'Ready');
  const { value, previous } = changes.at(-1)!;
  t.equal(value['metadata'], previous!['metadata']);
  for (const each of [registry, await server(t, new MemoryStore(bucket))]) {
    const [a, b] = ['a', 'b'].map((name) => each.view.get(`services/default/${name}`)!.value);
    t.equal(a!['spec'], b!['spec']);
    t.not(a!['status'], b!['status']);
  }
});

/** As JSON.parse makes it: `__proto__` is a name like any other. */
function ownParts(parts: [string, JsonValue][]): JsonObject {
  return Object.fromEntries(parts);
}

function assertFrozen(value: JsonValue): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Object.isFrozen(value)) throw new Error(`${JSON.stringify(value)} can be changed`);
  for (const part of Object.values(value)) assertFrozen(part);
}
