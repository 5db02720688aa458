import t from 'tap';
import { normalise } from '../src/arguments.js';

await t.test("kubectl's spellings of options are understood", async (t) => {
  t.strictSame(normalise(['get', 'svc', '-o=json', '-l=a=b']), ['get', 'svc', '-o', 'json', '-l', 'a=b']);
  t.strictSame(normalise(['delete', '--wait=false', '--ignore-not-found=true', '--all=false']), ['delete', '--no-wait', '--ignore-not-found']);
  t.strictSame(normalise(['apply', '--wait=true']), ['apply', '--wait']);
});

await t.test('a short switch with true or false takes no word of its own', async (t) => {
  t.strictSame(normalise(['get', 'svc', '-A=true', '-w=false']), ['get', 'svc', '-A']);
  t.strictSame(normalise(['auth', 'can-i', 'get', 'svc', '-q=true', '--quiet=true']), ['auth', 'can-i', 'get', 'svc', '-q', '--quiet']);
  t.strictSame(normalise(['-n=x', 'logs', 'web', '-f=true', '-p=false']), ['-n', 'x', 'logs', 'web', '-f']);
  t.strictSame(normalise(['apply', '-f=true', '-R=true']), ['apply', '-f', 'true', '-R'], 'there -f takes a file');
});

await t.test('what is no such spelling is left as it is', async (t) => {
  const words = ['label', 'svc', 'web', 'a=true', '--timeout=5s', '--dry-run=server', '--', '-o=json', '--wait=false'];
  t.strictSame(normalise(words), words);
});
