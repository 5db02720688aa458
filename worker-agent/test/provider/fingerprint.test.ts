import t from 'tap';
import { fingerprint, hasErrors } from '../../src/provider/fingerprint.js';
import { canonical } from '../../src/provider/msgpack.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** A protobuf field of bytes. */
const field = (number: number, value: Buffer) => Buffer.concat([Buffer.from([number * 8 + 2, value.length]), value]);
const answer = (state: Buffer, ...more: Buffer[]) => Buffer.concat([field(1, field(1, state)), ...more]);

t.test('maps are equal in any order, at any depth', async (t) => {
  const ab = hex('82 a161 01 a162 82 a163 c0 a164 93 01 02 03');
  const ba = hex('82 a162 82 a164 93 01 02 03 a163 c0 a161 01');
  t.same(canonical(ab), canonical(ba));
  t.equal(fingerprint(answer(ab)), fingerprint(answer(ba)));
});

t.test('nothing else is taken for equal: numbers keep each bit, lists their order, unknown its mark', async (t) => {
  const values = ['01', 'cd 0001', 'cb 3ff0000000000000', 'cf 0020000000000001', 'cf 0020000000000002', 'd3 ffdfffffffffffff', 'a131', 'c401 31', 'c0', 'c2', 'c3', '92 01 02', '92 02 01', '81 a161 c0', '80', '90', 'a0', 'd4 00 00', 'c7 02 0c 81 01', 'c7 03 0c 81 01 c3', 'dc 0001 01', 'ca 3f800000'];
  const seen = new Map<string, string>();
  for (const value of values.filter((each) => each !== 'c7 02 0c 81 01')) {
    const print = fingerprint(answer(hex(value)));
    t.equal(seen.get(print), undefined, value);
    seen.set(print, value);
  }
  const plain = answer(hex('01'));
  t.not(fingerprint(answer(hex('01'), field(3, Buffer.from('private')))), fingerprint(plain), 'private data counts');
  t.not(fingerprint(answer(hex('01'), field(2, hex('0802')))), fingerprint(plain), 'so do warnings');
  t.equal(fingerprint(answer(hex('01'))), fingerprint(plain));
});

t.test('what is malformed is compared as it stands, or refused', async (t) => {
  for (const value of ['82 a161 01', 'c1', 'a5 61', '01 01', 'cd 00', 'df ffffffff', `${'91'.repeat(300)}01`]) t.throws(() => canonical(hex(value)), value);
  const torn = answer(hex('82 a161 01'));
  t.equal(fingerprint(torn), fingerprint(Buffer.from(torn)));
  t.throws(() => fingerprint(hex('0a ff 00')), 'a message that is cut short');
  t.throws(() => fingerprint(hex('0f')));
});

t.test('errors among diagnostics are found, warnings are none', async (t) => {
  t.notOk(hasErrors(Buffer.alloc(0)));
  t.notOk(hasErrors(field(1, hex('0802'))));
  t.ok(hasErrors(Buffer.concat([field(1, hex('0802')), field(1, hex('0801'))])));
});
