// The only file that runs before any package is installed: it checks Node,
// installs the npm packages, compiles, and hands over to the compiled command.
//   node deploy/local/bootstrap.mjs start|test|bench|simulate|chaos|soak|linearizability|screenshots|tools [arguments]
// A command is deploy/local/src/commands/<command>.ts; its `main(args)` gives the exit code.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const commands = ['start', 'test', 'bench', 'simulate', 'chaos', 'soak', 'linearizability', 'screenshots', 'tools'];
const floor = [20, 19];

const [command, ...args] = process.argv.slice(2);
process.exitCode = await bootstrap();

async function bootstrap() {
  if (!commands.includes(command)) return fail(`say one of ${commands.join(', ')}, not ${command ?? 'nothing'}`, 64);
  if (!nodeIsNewEnough()) {
    return fail(`Node ${floor.join('.')} or later is needed, this is ${process.versions.node}; get it from https://nodejs.org`);
  }
  process.chdir(root);
  if (!packagesAreFresh()) {
    say('installing npm packages …');
    if (!runs('npm', ['ci', '--no-audit', '--no-fund'])) return fail('npm ci failed: see above');
    writeFileSync(stampFile(), lockDigest());
  }
  // Getting tools needs nothing but this package, so a broken tree doesn't stop it.
  if (!existsSync(join('deploy', 'local', 'dist'))) say('compiling …');
  const projects = command === 'tools' ? [join('deploy', 'local')] : [];
  if (!runs(process.execPath, [join('node_modules', 'typescript-7', 'lib', 'tsc.js'), '-b', ...projects])) {
    return fail('the code does not compile: see above');
  }
  if (command !== 'tools' && !dashboardIsFresh()) {
    say('building the dashboard …');
    if (!runs('npm', ['run', '--silent', 'build', '--workspace=web', '--', '--logLevel', 'warn'])) return fail('the dashboard does not build: see above');
  }
  const { main } = await import(pathToFileURL(join(root, 'deploy', 'local', 'dist', 'src', 'commands', `${command}.js`)).href);
  return main(args);
}

function nodeIsNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > floor[0] || (major === floor[0] && minor >= floor[1]);
}

/**
 * Fresh when they were installed from this very lock file, by us (the stamp) or
 * by npm itself later than the lock file was changed.
 */
function packagesAreFresh() {
  const byNpm = join('node_modules', '.package-lock.json');
  if (!existsSync(byNpm)) return false;
  if (existsSync(stampFile()) && readFileSync(stampFile(), 'utf8') === lockDigest()) return true;
  return statSync(byNpm).mtimeMs >= statSync('package-lock.json').mtimeMs;
}

/** Built after the last change of any of its files. */
function dashboardIsFresh() {
  const built = join('web', 'dist', 'ui', 'index.html');
  if (!existsSync(built)) return false;
  const sources = ['index.html', 'package.json', 'vite.config.ts', ...readdirSync(join('web', 'src'), { recursive: true }).map((file) => join('src', file))];
  return sources.every((file) => statSync(join('web', file)).mtimeMs <= statSync(built).mtimeMs);
}

function stampFile() {
  return join('node_modules', '.spawnit-lock-digest');
}

function lockDigest() {
  return createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
}

/** Its output goes to standard error: standard output is the command's own. Loaders that we were started with are not for compilers. */
function runs(file, fileArgs) {
  const { NODE_OPTIONS: _ours, ...env } = process.env;
  return spawnSync(file, fileArgs, { stdio: ['ignore', 2, 2], env }).status === 0;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** `npm test` ends with its closing line, whatever stage it got to. */
function fail(text, code = 1) {
  say(`✗ ${text}`);
  if (command === 'test') process.stdout.write('0 passed, 1 failed\n');
  return code;
}
