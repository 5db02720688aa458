import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { startPlane } from '../agent/plane.js';
import { duplicatesOf } from '../../src/http/duplicate-fields.js';
import { readJson } from '../../src/http/json-body.js';
import { readYaml } from '../../src/http/yaml-body.js';
import { shopCatalogue } from '../shop.js';

t.test('fields that a body has twice are found by their path, in JSON and in YAML', async (t) => {
  const table: [string, string[]][] = [
    ['{"a":1,"a":2}', ['a']],
    ['{"spec":{"x":{"y":1},"x":{"y":2}}}', ['spec.x']],
    ['{"spec":{"x":{"y":1,"y":3},"x":{"y":2}}}', ['spec.x.y', 'spec.x']],
    ['{"items":[{"a":1},{"a":1,"b":[],"a":2}]}', ['items[1].a']],
    ['[{"op":"add","op":"remove"}]', ['[0].op']],
    ['{"a":1,"a":2,"a":3}', ['a']],
    ['{"a":[{"b":1},{"b":2}],"c":{"b":"a:{\\"b\\":1,"},"b":{}}', []],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{}', []],
    ['"a"', []],
  ];
  for (const [text, fields] of table) {
    t.strictSame(duplicatesOf(readJson(text)), fields, text);
    t.strictSame(duplicatesOf(readYaml(text)), fields, `${text} sent as YAML`);
    t.strictSame(duplicatesOf(readYaml(`# YAML\n${text}`)), fields, `${text} that is YAML`);
  }
  t.strictSame(duplicatesOf(readYaml('spec:\n  a: 1\n  b:\n  - c: 1\n    c: 2\n  a: 2\n')), ['spec.b[0].c', 'spec.a']);
  t.strictSame(duplicatesOf(readYaml('1: a\n"1": b\n')), ['1'], 'keys that JSON does not tell apart');
  t.strictSame(readYaml('a: 1\na: 2\n'), { a: 2 }, 'the last is the one that counts');
});

t.test('what is told of a body that is nothing but duplicates is bounded', async (t) => {
  const key = 'k'.repeat(10_000);
  const body = readJson(`{${Array.from({ length: 50 }, (_, i) => `"${i}${key}":1,"${i}${key}":2`).join()}}`);
  t.equal(duplicatesOf(body).length, 20);
  t.ok(duplicatesOf(body).every((field) => field.length < 210));
  t.equal(duplicatesOf(readJson(`{${'"a":1,'.repeat(170_000)}"a":1}`)).length, 1, 'a megabyte of one field');
  t.equal(duplicatesOf(readJson(`{"${'x'.repeat(500_000)}":{${'"a":1,'.repeat(80_000)}"a":1}}`)).length, 1, 'many below a name of half of it');
  t.equal(duplicatesOf(readJson(`{"a":"${'\\\\'.repeat(250_000)}${'x'.repeat(500_000)}","a":1}`)).length, 1, 'a megabyte of one text');
});

t.test('a field that stands twice is refused, told of or passed over, as fieldValidation says', async (t) => {
  const dataDir = tempDir(t);
  const plane = await startPlane(t, { dataDir, catalogueDir: shopCatalogue(t) });
  const authorization = `Bearer ${readFileSync(join(dataDir, 'tokens', 'admin'), 'utf8').trim()}`;
  const services = `${plane.url}/apis/spawnit.dev/v1/namespaces/default/services`;
  const send = (method: string, url: string, type: string, body: string) => fetch(url, { method, headers: { authorization, 'content-type': type }, body });
  const twice = '{"apiVersion":"spawnit.dev/v1","kind":"Service","metadata":{"name":"a"},"spec":{"template":"web","suspend":true,"suspend":false,"parameters":{"image":"busybox"}}}';
  const refused = { reason: 'BadRequest', code: 400, message: /duplicate field "spec.suspend"/, details: { causes: [{ field: 'spec.suspend', reason: 'FieldValueDuplicate', message: 'duplicate field "spec.suspend"' }] } };
  for (const type of ['application/json', 'application/yaml']) {
    const body = type === 'application/json' ? twice : `# YAML\n${twice}`;
    t.match(await (await send('POST', services, type, body)).json(), refused, type);
    const warned = await send('POST', `${services}?dryRun=All&fieldValidation=Warn`, type, body);
    t.equal(warned.headers.get('warning'), '299 - "duplicate field \\"spec.suspend\\""', type);
    t.match(await warned.json(), { spec: { suspend: false } }, 'the last counts');
    const ignored = await send('POST', `${services}?dryRun=All&fieldValidation=Ignore`, type, body);
    t.same([ignored.status, ignored.headers.get('warning')], [201, null], type);
  }
  t.equal((await send('POST', services, 'application/json', twice.replace('"suspend":true,', ''))).status, 201);
  const spec = '{"spec":{"suspend":true,"suspend":false}}';
  t.match(await (await send('PUT', `${services}/a`, 'application/json', twice)).json(), refused, 'PUT');
  t.match(await (await send('PATCH', `${services}/a`, 'application/merge-patch+json', spec)).json(), refused, 'a merge patch');
  t.match(await (await send('PATCH', `${services}/a?fieldManager=me`, 'application/apply-patch+yaml', twice)).json(), refused, 'server-side apply');
  t.match(await (await send('PATCH', `${services}/a`, 'application/json-patch+json', '[{"op":"test","op":"replace","path":"/spec/suspend","value":true}]')).json(), { reason: 'BadRequest', message: /duplicate field "\[0\]\.op"/ }, 'a JSON patch');
  t.match(await (await send('POST', `${services}/a/restart`, 'application/json', '{"generation":1,"generation":1}')).json(), { reason: 'BadRequest', message: /duplicate field "generation"/ }, 'an order');
  t.match(await (await fetch(`${services}/a`, { headers: { authorization } })).json(), { spec: { suspend: false }, metadata: { generation: 1 } }, 'nothing of it was done');
});
