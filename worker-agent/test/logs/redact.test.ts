import fc from 'fast-check';
import t from 'tap';
import { leaves, Redactor } from '../../src/logs/redact.js';

const mask = '(sensitive)';
/** Made of other characters than the text around it, so that what is left of it can be told. */
const secrets = fc.string({ unit: fc.constantFrom('A', 'B', 'C', '7', '%', '"', '\\', '+', 'é'), minLength: 6, maxLength: 24 });
const around = fc.string({ unit: fc.constantFrom('x', 'y', ' ', '\n'), maxLength: 40 });

function inPieces(redactor: Redactor, text: string, cuts: number[]): string {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const pieces = [0, ...places].map((from, i) => text.slice(from, places[i] ?? text.length));
  return pieces.map((piece) => redactor.push(piece)).join('') + redactor.end();
}

t.test('whatever the pieces, what comes out is what the whole would give', async () => {
  fc.assert(
    fc.property(fc.array(secrets, { minLength: 1, maxLength: 4 }), fc.array(fc.oneof(around, fc.nat(3)), { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 8 }), (all, parts, cuts) => {
      const text = parts.map((part) => (typeof part === 'number' ? all[part % all.length] : part)).join('');
      const whole = inPieces(new Redactor(all), text, []);
      return inPieces(new Redactor(all), text, cuts) === whole;
    }),
    { numRuns: 10_000 },
  );
});

t.test('no form of a secret is left: itself, JSON, URL, and base64 at any place', async () => {
  const forms: ((secret: string, before: string) => string)[] = [
    (secret, before) => before + secret,
    (secret, before) => before + JSON.stringify(secret),
    (secret, before) => before + encodeURIComponent(secret),
    (secret) => Buffer.from(secret).toString('base64'),
  ];
  fc.assert(
    fc.property(secrets, around, fc.nat(forms.length - 1), fc.array(fc.nat(), { maxLength: 6 }), (secret, before, form, cuts) => {
      const shown = inPieces(new Redactor([secret]), forms[form]!(secret, before), cuts);
      const raw = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
      return shown.includes(mask) && raw.every((text) => !shown.includes(text));
    }),
    { numRuns: 10_000 },
  );
});

t.test('a secret inside a base64 text, such as basic authentication, is found at each of the three alignments', async (t) => {
  const secret = 'correct-horse-battery';
  for (const user of ['a', 'ab', 'abc', 'abcd']) {
    const header = Buffer.from(`${user}:${secret}`).toString('base64');
    t.match(new Redactor([secret]).all(`Basic ${header}`), mask, user);
  }
});

t.test('each long line of a secret of several lines is one', async (t) => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----';
  t.notMatch(new Redactor([key]).all('    MIIEvQIBADANBgkq\n    hkiG9w0BAQEFAASC'), /MIIE|hkiG/);
});

t.test('a secret that begins another hides neither', async (t) => {
  const redactor = new Redactor(['abcd', 'abcdefgh']);
  t.equal(redactor.push('x abcd') + redactor.push('efgh y abcd') + redactor.end(), `x ${mask} y ${mask}`);
});

t.test('every text in a value is a secret', async (t) => {
  t.same(leaves({ a: 'one', b: [{ c: 'two' }, 12_345], d: null, e: true }), ['one', 'two', '12345']);
});

t.test('of a secret at which a text was shortened, or a stream broke off, no piece is left', async (t) => {
  const redactor = new Redactor(['correct-horse-battery']);
  t.equal(redactor.all('["A=1","B=correct-hor…'), `["A=1","B=${mask}…`);
  t.equal(redactor.all('…e-battery\nat main.go:1'), `…${mask}\nat main.go:1`);
  t.equal(redactor.all('nothing of it…'), 'nothing of it…');
  t.equal(redactor.push('B=correct-hor') + redactor.end(), `B=${mask}`);
  t.equal(redactor.push('B=co') + redactor.end(), 'B=co', 'what could be anything stays');
});
