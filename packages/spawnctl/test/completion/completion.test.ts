import t from 'tap';
import { wanted } from '../../src/completion/wanted.js';
import { buildProgram } from '../../src/program.js';

await t.test('what could stand at the end of a line follows from the line', async (t) => {
  const program = buildProgram('0.0.0');
  const of = (line: string) => wanted(program, line.split(' '));
  t.strictSame(of('get '), { kinds: true });
  t.strictSame(of('get svc '), { names: 'svc' });
  t.strictSame(of('get svc web '), { names: 'svc' });
  t.strictSame(of('get service/we'), { names: 'service', prefix: 'service/' });
  t.strictSame(of('get -o json svc w'), { names: 'svc' });
  t.strictSame(of('-n other get svc '), { names: 'svc' });
  t.strictSame(of('get svc -n '), { namespaces: true });
  t.strictSame(of('--context '), { contexts: true });
  t.strictSame(of('apply -f '), { files: true });
  t.strictSame(of('logs '), { names: 'services' });
  t.strictSame(of('drift accept '), { names: 'services' });
  t.strictSame(of('cordon a '), { names: 'nodes' });
  t.strictSame(of('config use-context '), { contexts: true });
  t.strictSame(of('explain service --template '), { names: 'templates' });
  t.match(of('apply --dry-run='), { words: ['--dry-run=client', '--dry-run=server'] });
  for (const line of ['create --dry-run ', 'delete --dry-run ', 'patch --dry-run ', 'drift accept --dry-run ', 'rollout undo --dry-run ']) t.strictSame(of(line), { words: ['server', 'none'] }, line);
  const words = (line: string) => (of(line) as { words: string[] }).words;
  t.ok(words('').includes('apply') && !words('').includes('__complete') && !words('').includes('exec'));
  t.ok(words('rollout ').includes('undo'));
  t.ok(words('get --').includes('--selector') && words('get --').includes('--namespace'));
});
