import { TemplateSpec } from '@spawnit/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { entries, modulesRoot, type Entry, type Schema } from './catalogue.js';

const all = entries();
/** The words that forms read beside JSON Schema's own; any other is a slip. */
const formWords = ['x-group', 'x-order', 'x-unit', 'x-host-path', 'x-host-port', 'x-immutable', 'x-from'];
const required = ['container', 'web-server', 'postgresql', 'redis', 'wordpress', 'mariadb', 'game-server', 'docker-network', 'docker-volume', 'ec2-instance'];

t.test('the catalogue has the entries that were promised, each under a name of its own', async (t) => {
  const names = all.map(({ name }) => name);
  t.strictSame(required.filter((name) => !names.includes(name)), []);
  t.equal(new Set(names).size, names.length);
});

for (const entry of all) {
  const { name, dir, template } = entry;
  const { parameters, icon, module } = template.spec;

  t.test(`the template of ${name} is one that the API takes`, async (t) => {
    t.match(template, { apiVersion: 'spawnit.dev/v1', kind: 'Template' });
    t.equal(module, entry.path, 'its module is the folder it stands in');
    t.equal(icon, 'icon.svg');
    const drawing = readFileSync(join(dir, icon), 'utf8');
    t.match(drawing, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    t.notMatch(drawing, /script|href|foreignObject|currentColor/, 'a drawing alone, readable as an image');
    const seeded = { ...template.spec, icon: drawing, module: `sha256-${'0'.repeat(64)}` };
    const checked = TemplateSpec.safeParse(seeded);
    t.ok(checked.success, checked.error?.message ?? 'the API takes it');
  });

  t.test(`the parameters of ${name} are a JSON Schema whose defaults and examples fit it`, async (t) => {
    const ajv = new Ajv2020({ strict: true, strictTuples: false, strictRequired: false, allErrors: true });
    ajv.addVocabulary(formWords);
    t.doesNotThrow(() => ajv.compile(parameters));
    for (const [path, schema] of parts(parameters)) {
      const samples = [...(schema.examples ?? []), ...('default' in schema ? [schema.default] : [])];
      for (const sample of samples) {
        t.ok(ajv.validate(schema, sample), `${path}: ${JSON.stringify(sample)} ${ajv.errorsText()}`);
      }
      if (schema.properties) t.equal(schema.additionalProperties, false, `${path || 'parameters'} takes no unknown field`);
    }
  });

  t.test(`a form can be made of the parameters of ${name}`, async (t) => {
    const places = Object.values(parameters.properties).map((schema) => `${schema['x-group']} ${schema['x-order']}`);
    t.equal(new Set(places).size, places.length, 'no two parameters have one place');
    for (const [key, schema] of Object.entries(parameters.properties)) {
      t.ok(schema.title && schema.description && schema['x-group'] && schema['x-order'], `${key} has a title, a text and a place`);
      t.notOk(schema.writeOnly && schema.default !== undefined && JSON.stringify(schema.default) !== '{}', `${key}: no secret by default`);
    }
    for (const [path, schema] of parts(parameters)) {
      if (/host_?path/.test(path)) t.match(schema, { type: 'string', 'x-host-path': true }, `${path} is marked, so that the apiserver looks where it leads`);
      if (schema['x-host-port']) t.match(schema, { type: 'integer', minimum: 1, maximum: 65535 }, `${path} is a port`);
      if (schema['x-from']) t.ok(given(schema['x-from']), `${path} comes from an output that exists`);
    }
  });
}

t.test('every module stands in the catalogue or is used by one that does', async (t) => {
  for (const { dir } of all) t.ok(existsSync(join(dir, 'versions.tf')), dir.slice(modulesRoot.length + 1));
});

/** The schema and all within it, each with its path. */
function parts(schema: Schema, path = ''): [string, Schema][] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, part]) => parts(part, `${path}/${key}`));
  const items = schema.items ? parts(schema.items, `${path}/*`) : [];
  return [[path, schema], ...below, ...items];
}

function given(from: unknown): boolean {
  const { template, output } = from as { template: string; output: string };
  const source = all.find((entry: Entry) => entry.name === template);
  return source?.template.spec.outputs[output] !== undefined;
}
