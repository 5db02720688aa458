import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { wanted } from '../../src/completion/wanted.js';
import { buildProgram } from '../../src/program.js';
import { web } from '../manifests.js';
import { Plane } from '../plane.js';
import { entry, spawnctl } from '../spawnctl.js';

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
  const words = (line: string) => (of(line) as { words: string[] }).words;
  t.ok(words('').includes('apply') && !words('').includes('__complete'));
  t.ok(words('rollout ').includes('undo'));
  t.ok(words('get --').includes('--selector') && words('get --').includes('--namespace'));
});

await t.test('bash completes commands, kinds and living names by the script', async (t) => {
  const plane = await Plane.start(t);
  const { kubeconfig } = plane;
  await spawnctl(['apply', '-f', '-'], { kubeconfig, input: `${web('web-one')}---\n${web('web-two')}` });
  const bin = tempDir(t);
  writeFileSync(join(bin, 'spawnctl'), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(join(bin, 'spawnctl'), 0o755);
  const complete = (line: string) => {
    const words = line.split(' ').map((word) => `'${word}'`).join(' ');
    const script = `source <(spawnctl completion bash); COMP_WORDS=(spawnctl ${words}); COMP_CWORD=${line.split(' ').length}; _spawnctl; printf '%s ' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { env: { PATH: `${bin}:${process.env.PATH}`, KUBECONFIG: kubeconfig, HOME: bin }, encoding: 'utf8' }).trim();
  };
  t.equal(complete('ap'), 'api-resources api-versions apply approve');
  t.equal(complete('get serv'), 'service services');
  t.equal(complete('get svc we'), 'web-one web-two');
  t.equal(complete('logs web-t'), 'web-two');
  t.equal(complete('get svc -n de'), 'default');
  t.equal(complete('apply -f x'), '', 'files are the shell\'s own business');
  t.match(await spawnctl(['__complete', '--', 'get', 'svc', ''], { env: { KUBECONFIG: join(bin, 'none'), HOME: bin } }), { code: 0, stdout: '', stderr: '' }, 'without a server nothing is completed, and nothing said');
  for (const [shell, text] of [['zsh', /#compdef spawnctl/], ['fish', /complete -c spawnctl/]] as const) t.match(await spawnctl(['completion', shell]), { code: 0, stdout: text });
  t.match(await spawnctl(['completion', 'tcsh']), { code: 2, stderr: /bash, zsh, fish/ });
});
