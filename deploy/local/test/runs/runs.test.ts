import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { chaos, linearizability, simulation, soak } from '../../src/runs/commands.js';
import { readOptions } from '../../src/runs/options.js';

const commands = [simulation, chaos, soak, linearizability];

t.test('options are read as numbers, texts and flags, and have a value when not given', async (t) => {
  t.match(readOptions(simulation, []), { values: { seeds: 500, seed: 1, without: '', verbose: false } });
  t.match(readOptions(simulation, ['--seeds', '7', '--seed=0', '--without', 'state fence', '--verbose']), { values: { seeds: 7, seed: 0, without: 'state fence', verbose: true } });
});

t.test('help tells each option of each command, with what it is when not given', async (t) => {
  for (const command of commands) {
    const read = readOptions(command as typeof simulation, ['--help']);
    const { say, code } = 'ending' in read ? read.ending : t.fail(command.name) as never;
    t.equal(code, 0);
    for (const name of Object.keys(command.options)) t.match(say, new RegExp(`^  --${name} .*\\S`, 'm'), `${command.name} --${name}`);
  }
});

t.test('what is not known is refused in a line that names it', async (t) => {
  const refused = (args: string[], say: RegExp) => t.match(readOptions(simulation, args), { ending: { code: 2, say } }, args.join(' '));
  refused(['--sedes', '3'], /^✗ there is no option --sedes: there are --seeds, .*--help.*$/);
  refused(['seven'], /"seven" says nothing here/);
  refused(['--seeds', 'many'], /--seeds takes a number of at least 1, not "many"/);
  refused(['--seeds', '0'], /at least 1/);
  refused(['--seeds'], /--seeds takes a number/);
  refused(['--verbose=yes'], /--verbose takes no value/);
  refused(['--constructor'], /there is no option --constructor/);
});

t.test('each command says so before it gets any part, and without a stack', async (t) => {
  for (const name of ['simulate', 'chaos', 'soak', 'linearizability', 'screenshots', 'bench']) {
    const main = fileURLToPath(new URL(`../../src/commands/${name}.js`, import.meta.url));
    const run = (...args: string[]) => spawnSync(process.execPath, ['-e', `import(${JSON.stringify(main)}).then(async ({ main }) => { process.exitCode = await main(${JSON.stringify(args)}); })`], { encoding: 'utf8', cwd: join(main, '..') });
    const refused = run('--never');
    t.match({ status: refused.status, stdout: refused.stdout, lines: refused.stderr.split('\n').length }, { status: 2, stdout: '', lines: 2 }, `${name}: ${refused.stderr}`);
    const help = run('--help');
    t.match(help, { status: 0, stdout: new RegExp(`^npm run ${name}`), stderr: '' });
  }
});
