import type { ApiError } from '@spawnit/contract';
import t from 'tap';
import { formOf } from '../../src/http/accept.js';
import { readJson } from '../../src/http/json-body.js';
import { whereJsonBreaks } from '../../src/http/json-position.js';
import { readProtobuf } from '../../src/http/kubernetes-protobuf.js';
import { TokenBuckets } from '../../src/http/token-buckets.js';

t.test('the place where JSON breaks is named by line and column', async (t) => {
  const table: [string, number, number, string][] = [
    ['{"a":}', 1, 6, 'character "}"'],
    ['{\n  "a": 1,\n  b: 2\n}', 3, 3, 'character "b"'],
    ['[1,]', 1, 4, 'character "]"'],
    ['{"a":1', 1, 7, 'end of body'],
    ['{"a":1}}', 1, 8, 'character "}"'],
    ['"a\nb"', 1, 3, 'character "\\n"'],
    ['{"a" 1}', 1, 6, 'character "1"'],
    ['{"a":01}', 1, 7, 'character "1"'],
    ["{'a':1}", 1, 2, 'character "\'"'],
    ['tru', 1, 1, 'character "t"'],
  ];
  for (const [text, line, column, found] of table) t.strictSame(whereJsonBreaks(text), { line, column, found }, text);
});

t.test('a body that is not JSON is refused without a word of what is in it', async (t) => {
  t.throws(() => readJson('{"password":"hunter2",}'), { code: 'BadRequest', message: 'the body is not valid JSON: unexpected character "}" at line 1, column 23' } as unknown as ApiError);
});

t.test('bodies meant to do harm are refused', async (t) => {
  t.throws(() => readJson('[ '.repeat(100_000)), { message: /nested more than 100 deep/ });
  t.throws(() => readJson('{"a":{"__proto__":{"admin":true}}}'), { message: /__proto__/ });
  t.throws(() => readJson('{"\\u005f_proto__":{}}'), { message: /__proto__/ });
  t.strictSame(readJson('{"a":"[[[[{{{{ \\"]"}'), { a: '[[[[{{{{ "]' }, 'what stands in a text is only text');
});

t.test('the form of an answer is the first that Accept names and there is', async (t) => {
  t.strictSame(formOf(undefined), { as: 'Object' });
  t.strictSame(formOf('application/json;as=Table;v=v1;g=meta.k8s.io,application/json'), { as: 'Table', version: 'v1' });
  t.strictSame(formOf('application/json;as=Table;v=v1beta1;g=meta.k8s.io'), { as: 'Table', version: 'v1beta1' });
  t.strictSame(formOf('application/vnd.kubernetes.protobuf,application/json'), { as: 'Object' });
  t.strictSame(formOf('application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'), { as: 'PartialObjectMetadataList', version: 'v1' });
  t.throws(() => formOf('image/png'), { code: 'NotAcceptable' } as unknown as ApiError);
});

t.test('a namespace is read from the protobuf of newer kubectl', async (t) => {
  const length = (bytes: Buffer) => Buffer.concat([Buffer.of(bytes.length), bytes]);
  const field = (number: number, bytes: Buffer) => Buffer.concat([Buffer.of((number << 3) | 2), length(bytes)]);
  const type = Buffer.concat([field(1, Buffer.from('v1')), field(2, Buffer.from('Namespace'))]);
  const label = Buffer.concat([field(1, Buffer.from('a')), field(2, Buffer.from('b'))]);
  const metadata = Buffer.concat([field(1, Buffer.from('shop')), field(11, label), Buffer.of(7 << 3, 0)]);
  const body = Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, field(1, metadata))]);
  t.strictSame(readProtobuf(body), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { a: 'b' } } });
  t.throws(() => readProtobuf(body.subarray(0, -3)), { code: 'BadRequest', message: /torn/ } as unknown as ApiError);
  t.throws(() => readProtobuf(Buffer.from('{}')), { code: 'BadRequest' } as unknown as ApiError);
});

t.test('a body of a megabyte that is nothing but the smallest of fields is read like any other', async (t) => {
  const field = (number: number, bytes: Buffer) => {
    const length = [bytes.length & 0x7f | 0x80, (bytes.length >> 7) & 0x7f | 0x80, (bytes.length >> 14) & 0x7f];
    return Buffer.concat([Buffer.of((number << 3) | 2, ...length), bytes]);
  };
  const type = Buffer.concat([field(1, Buffer.from('v1')), field(2, Buffer.from('Namespace'))]);
  const labels = Buffer.alloc(1_000_000, Buffer.of((11 << 3) | 2, 0));
  const body = Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, field(1, labels))]);
  t.strictSame(readProtobuf(body), { apiVersion: 'v1', kind: 'Namespace', metadata: { labels: { '': '' } } });
});

t.test('a caller may send bursts, then as many as are filled up again', async (t) => {
  let now = 0;
  const buckets = new TokenBuckets(10, 20, () => now);
  const taken = (key: string) => Array.from({ length: 30 }, () => buckets.take(key)).filter(Boolean).length;
  t.equal(taken('a'), 20);
  t.equal(taken('b'), 20, 'each caller has its own');
  now = 1_000;
  t.equal(taken('a'), 10);
});
