import t from 'tap';
import { entries, type Schema } from './catalogue.js';
import { attributeDefaults, moduleShape, type TofuType } from './variables.js';

for (const { name, path, template } of entries()) {
  const { parameters, outputs } = template.spec;

  t.test(`the parameters of ${name} are the variables of its module`, async (t) => {
    const { spawnit, ...variables } = (await moduleShape(path)).variables;
    t.match(spawnit, { required: true }, 'the agent gives spawnit');
    t.strictSame(Object.keys(parameters.properties).sort(), Object.keys(variables).sort(), 'same names');

    for (const [key, schema] of Object.entries(parameters.properties)) {
      const variable = variables[key];
      if (variable === undefined) continue; // Told above.
      const required = parameters.required?.includes(key) ?? false;
      t.strictSame(variable.type, tofuType(schema), `${key}: same type`);
      t.equal(variable.required ?? false, required, `${key}: required in both or neither`);
      t.equal(variable.sensitive ?? false, schema.writeOnly ?? false, `${key}: sensitive is writeOnly`);
      if (!required) t.strictSame(plain(variable.default), plain(schema.default), `${key}: same default`);
      t.strictSame(attributeDefaults(path, key), attributesOf(schema), `${key}: same defaults inside`);
    }
  });

  t.test(`the outputs of ${name} are those of its module`, async (t) => {
    const shape = await moduleShape(path);
    t.strictSame(Object.keys(outputs).sort(), Object.keys(shape.outputs).sort(), 'same names');
    for (const [key, output] of Object.entries(outputs)) {
      t.equal(shape.outputs[key]?.sensitive ?? false, output.sensitive ?? false, `${key}: sensitive in both or neither`);
    }
  });
}

/** The tofu type that takes exactly what the schema lets through. */
function tofuType(schema: Schema): TofuType {
  if (schema.type === 'array') return ['list', tofuType(schema.items!)];
  if (schema.type !== 'object') return ({ string: 'string', integer: 'number', number: 'number', boolean: 'bool' })[schema.type!]!;
  if (schema.properties === undefined) return ['map', tofuType(schema.additionalProperties as Schema)];
  const types = Object.fromEntries(Object.entries(schema.properties).map(([key, part]) => [key, tofuType(part)]));
  const optional = Object.keys(types).filter((key) => !schema.required?.includes(key)).sort();
  return optional.length === 0 ? ['object', types] : ['object', types, optional];
}

/** The schema's side of {@link attributeDefaults}. */
function attributesOf(schema: Schema): Record<string, unknown> {
  const object = schema.type === 'array' ? schema.items! : schema;
  const optional = Object.entries(object.properties ?? {}).filter(([key]) => !object.required?.includes(key));
  return Object.fromEntries(optional.map(([key, part]) => [key, part.default]));
}

/** To a module, an attribute that is null and one that is absent are the same. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}
