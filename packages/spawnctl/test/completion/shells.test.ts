import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skipped, toolPath } from '@spawnit/local';
import { tempDir, waitFor } from '@spawnit/testkit';
import t, { type Test } from 'tap';
import { web } from '../manifests.js';
import { Plane } from '../plane.js';
import { entry, spawnctl } from '../spawnctl.js';

const plane = await Plane.start(t);
const { kubeconfig } = plane;
await spawnctl(['apply', '-f', '-'], { kubeconfig, input: `${web('web-one')}---\n${web('web-two')}` });

/** A home with `spawnctl` on its path and nothing else of ours. */
const home = tempDir(t);
writeFileSync(join(home, 'spawnctl'), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
chmodSync(join(home, 'spawnctl'), 0o755);
const env = { PATH: `${home}:${process.env.PATH}`, KUBECONFIG: kubeconfig, HOME: home, ZDOTDIR: home, TERM: 'dumb', LANG: 'C.UTF-8' };
const scriptFor = async (shell: string) => (await spawnctl(['completion', shell])).stdout;

/** What stands at the end of the line, and what could; `none` where files are the shell's own business. */
const cases: [line: string, candidates: string[]][] = [
  ['ap', ['api-resources', 'api-versions', 'apply', 'approve']],
  ['get serv', ['service', 'services']],
  ['get svc we', ['web-one', 'web-two']],
  ['logs web-t', ['web-two']],
  ['get svc -n de', ['default']],
  ['drift ', ['accept', 'check', 'ignore', 'list', 'revert']],
];

await t.test('bash completes commands, kinds and living names by the script', async (t) => {
  const complete = (line: string) => {
    const words = line.split(' ').map((word) => `'${word}'`).join(' ');
    const script = `source <(spawnctl completion bash); COMP_WORDS=(spawnctl ${words}); COMP_CWORD=${line.split(' ').length}; _spawnctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { env, encoding: 'utf8' }).split('\n').filter((word) => word !== '');
  };
  for (const [line, candidates] of cases) t.same(complete(line), candidates, line);
  t.same(complete('apply -f x'), [], 'files are the shell\'s own business');
});

await t.test('fish completes them too, and files by itself', { skip: skipped('fish') }, async (t) => {
  mkdirSync(join(home, '.config', 'fish', 'completions'), { recursive: true });
  writeFileSync(join(home, '.config', 'fish', 'completions', 'spawnctl.fish'), await scriptFor('fish'));
  writeFileSync(join(home, 'xfile.yaml'), '');
  const complete = (line: string) => execFileSync(toolPath('fish'), ['-c', `complete -C 'spawnctl ${line}'`], { env, cwd: home, encoding: 'utf8' }).split('\n').filter((word) => word !== '');
  for (const [line, candidates] of cases) t.same(complete(line), candidates, line);
  t.same(complete('apply -f xf'), ['xfile.yaml']);
});

await t.test('zsh completes them on a terminal, from the first TAB on', { skip: skipped('zsh') }, async (t) => {
  const functions = join(home, 'functions');
  mkdirSync(functions, { recursive: true });
  writeFileSync(join(functions, '_spawnctl'), await scriptFor('zsh'));
  const compinit = 'autoload -Uz compinit; compinit -u -D';
  for (const rc of [`fpath=(${functions} $fpath); ${compinit}`, `${compinit}; source <(spawnctl completion zsh)`]) {
    writeFileSync(join(home, '.zshrc'), `unsetopt zle_bracketed_paste 2>/dev/null; PROMPT='READY> '; ${rc}\n`);
    const typed = await openZsh(t);
    t.equal(await typed('spawnctl logs web-t\t'), 'spawnctl logs web-two', rc);
    t.equal(await typed('spawnctl get svc w\to\t'), 'spawnctl get svc web-one', 'first as far as both go');
    t.equal(await typed('spawnctl apply -f functi\t_\t'), 'spawnctl apply -f functions/_spawnctl');
  }
});

/** An interactive zsh; gives what a line is after its keys, by having it printed in the place of being run. */
async function openZsh(t: Test): Promise<(keys: string) => Promise<string>> {
  const child = spawn('script', ['-qec', `${toolPath('zsh')} -i`, '/dev/null'], { env, cwd: home });
  t.teardown(() => child.kill('SIGKILL'));
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
  const prompts = () => seen.split('READY> ').length - 1;
  await waitFor(() => prompts() > 0, { what: 'the first prompt' });
  let count = 0;
  return async (keys) => {
    const mark = `line${++count}:`;
    // To the line's begin, and print it instead.
    child.stdin.write(`${keys}\u0001print -r -- ${mark}\r`);
    const printed = () => new RegExp(`^${mark}(.*?) *\\n`, 'm').exec(seen.replaceAll('\r', ''))?.[1];
    return waitFor(printed, { what: `zsh to print ${JSON.stringify(keys)}; it shows ${JSON.stringify(seen.slice(-500))}` });
  };
}

await t.test('without a server nothing is completed, and nothing said', async (t) => {
  t.match(await spawnctl(['__complete', '--', 'get', 'svc', ''], { env: { KUBECONFIG: join(home, 'none'), HOME: home } }), { code: 0, stdout: '', stderr: '' });
  t.match(await spawnctl(['completion', 'tcsh']), { code: 2, stderr: /bash, zsh, fish/ });
});
