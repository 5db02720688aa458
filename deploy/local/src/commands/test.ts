import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MissingParts } from '../part/missing.js';
import { skips } from '../part/skip.js';
import { checkout } from '../star/programs.js';
import { closing, testOutcome, type Outcome } from '../test-run/outcome.js';
import { ensureEach } from '../tools/ensure.js';
import { partNames, type PartName } from '../tools/parts.js';

const stages = ['lint', 'tests'] as const;

const help = `npm test -- [file …]

Gets the real parts, lints, and runs every test, or only the compiled files given, such as apiserver/dist/test/watch/watch.test.js.
Exit 1 when anything failed. SPAWNIT_TEST_SKIP names parts and stages (${stages.join(', ')}) to do without, with commas between.
`;

/**
 * `npm test`: gets the real parts, lints, and runs every test of every package,
 * or only the test files given. The exit code is 0 only when nothing failed.
 */
export async function main(files: string[]): Promise<number> {
  if (files.includes('--help') || files.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  const skip = skips();
  const unknown = unknownSkips(skip);
  if (unknown.length > 0) throw new Error(`SPAWNIT_TEST_SKIP names ${unknown.join(', ')}, which is no part and no stage`);
  const outcomes = [await tools(skip)];
  if (!skip.has('lint')) outcomes.push(lint());
  if (!skip.has('tests')) outcomes.push(await tests(files));
  process.stdout.write(closing(outcomes, skip));
  return outcomes.some(({ failed }) => failed > 0) ? 1 : 0;
}

function unknownSkips(skip: Set<string>): string[] {
  const known: readonly string[] = [...partNames, ...stages];
  return [...skip].filter((name) => !known.includes(name));
}

async function tools(skip: Set<string>): Promise<Outcome> {
  const wanted: PartName[] = partNames.filter((name) => !skip.has(name));
  const { found, missing } = await ensureEach(wanted);
  if (missing.length > 0) console.error(new MissingParts(missing).message);
  // Every tofu under test finds its providers by this.
  const provider = found.find(({ name }) => name === 'docker-provider');
  if (provider) process.env.TF_CLI_CONFIG_FILE = provider.path;
  return { name: 'parts', passed: 0, failed: missing.length };
}

function lint(): Outcome {
  const passed = runBin('eslint', ['.']);
  return { name: 'lint', passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

/** On a terminal a reporter that repaints; in a log, plain TAP, which is also what we count. */
async function tests(files: string[]): Promise<Outcome> {
  const args = ['--jobs=2', ...files];
  if (!process.stdout.isTTY) {
    const { succeeded, output } = await runAndKeep('tap', ['--reporter=tap', ...args]);
    return testOutcome(succeeded, output);
  }
  const dir = mkdtempSync(join(tmpdir(), 'spawnit-tap-'));
  try {
    const file = join(dir, 'all.tap');
    const succeeded = runBin('tap', ['--reporter=terse', `--output-file=${file}`, ...args]);
    return testOutcome(succeeded, read(file));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function binary(name: string): string {
  return join(checkout, 'node_modules', '.bin', name);
}

function runBin(name: string, args: string[]): boolean {
  return spawnSync(binary(name), args, { cwd: checkout, stdio: 'inherit' }).status === 0;
}

/** As `runBin`, and gives what it wrote to standard output besides passing it on. */
async function runAndKeep(name: string, args: string[]): Promise<{ succeeded: boolean; output: string }> {
  const child = spawn(binary(name), args, { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { succeeded: code === 0, output };
}
