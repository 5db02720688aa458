import t from 'tap';
import { hideSecrets } from '../../src/forms/hide-secrets.js';
import { groupsOf, hasSlider, shapeOf, type FieldSchema } from '../../src/forms/schema.js';

t.test('the shape of a field follows from its schema alone', async (t) => {
  const shapes: [FieldSchema, string][] = [
    [{ type: 'boolean' }, 'switch'],
    [{ type: 'string', enum: ['a', 'b'] }, 'radio'],
    [{ type: 'string', enum: ['a', 'b', 'c', 'd', 'e'] }, 'search'],
    [{ type: 'integer' }, 'number'],
    [{ type: ['number', 'null'] }, 'number'],
    [{ type: 'string', writeOnly: true }, 'secret'],
    [{ type: 'string', contentMediaType: 'text/html' }, 'lines'],
    [{ type: 'string', maxLength: 4_096 }, 'text'],
    [{ type: 'string', maxLength: 65_536 }, 'lines'],
    [{ type: 'object', properties: {} }, 'group'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'map'],
    [{ type: 'object', additionalProperties: { type: 'array' } }, 'yaml'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'array', items: { type: 'object', properties: {} } }, 'list'],
    [{ type: 'array' }, 'yaml'],
  ];
  for (const [schema, shape] of shapes) t.equal(shapeOf(schema), shape, JSON.stringify(schema));
  t.ok(hasSlider({ type: 'integer', minimum: 1, maximum: 100 }));
  t.notOk(hasSlider({ type: 'integer', minimum: 1 }), 'without an end there is no slider');
  t.notOk(hasSlider({ type: 'integer', minimum: 1, maximum: 65_535 }), 'nor for a port');
});

t.test('groups and fields stand in the order that the template gives', async (t) => {
  const groups = groupsOf({ properties: { b: { 'x-group': 'Second', 'x-order': 2 }, a: { 'x-group': 'Second', 'x-order': 1 }, c: {} }, required: ['a'] });
  t.same(groups.map(({ title, fields }) => [title, fields.map(({ name, required }) => [name, required])]), [['Second', [['a', true], ['b', false]]], ['Settings', [['c', false]]]]);
});

t.test('what is secret is not shown, whatever it is made of', async (t) => {
  const schema = { properties: { password: { writeOnly: true }, secret_env: { type: 'object', writeOnly: true }, port: {} } };
  t.same(hideSecrets(schema, { password: 'x1', secret_env: { KEY: 'x2' }, port: 80 }), { password: '(not shown)', secret_env: { KEY: '(not shown)' }, port: 80 });
});
