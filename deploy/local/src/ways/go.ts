import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, tryRun } from './run.js';
import { atLeast, parseVersion } from './version.js';

/** The oldest Go that builds our parts; Debian 12's own is older. */
const floor = '1.24';

/** Why nothing can be built with Go here, or undefined when it can. */
export async function goClosed(): Promise<string | undefined> {
  const go = await findGo();
  if (go === undefined) return `needs Go ${floor} or later, which is not installed`;
  return atLeast(go.version, floor) ? undefined : `needs Go ${floor} or later, ${go.path} is ${go.version}`;
}

/** Where it is to be had, for messages. */
export const goMend = `install Go ${floor} or later from https://go.dev/dl/`;

let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs several go commands, one after another, in `dir`. Builds queue up: each
 * alone uses all processors, and two at once only double the memory.
 */
export async function go(dir: string, commands: string[][], env: Record<string, string> = {}): Promise<void> {
  const turn = queue.then(async () => {
    const { path } = (await findGo())!;
    // GOTOOLCHAIN: no download of another Go. CGO off: no C compiler needed.
    const settings = { GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOWORK: 'off', ...env };
    for (const command of commands) await run(path, command, { cwd: dir, env: settings });
  });
  queue = turn.catch(() => {});
  return turn;
}

/** Makes `dir` a module that can be built with these: module → version, of which those of Kubernetes want Go 1.26. */
export function writeGoModule(dir: string, name: string, required: Record<string, string>): void {
  const lines = Object.entries(required).map(([module, version]) => `\t${module} ${version}`);
  writeFileSync(join(dir, 'go.mod'), [`module spawnit.dev/build/${name}`, 'go 1.26', 'require (', ...lines, ')', ''].join('\n'));
}

/** The folder of a module, downloaded into Go's own cache. */
export async function moduleDir(dir: string, module: string): Promise<string> {
  const { path } = (await findGo())!;
  const text = await run(path, ['mod', 'download', '-json', module], { cwd: dir, env: { GOTOOLCHAIN: 'local' } });
  return (JSON.parse(text) as { Dir: string }).Dir;
}

async function findGo(): Promise<{ path: string; version: string } | undefined> {
  for (const path of ['go', '/usr/local/go/bin/go']) {
    if (path.startsWith('/') && !existsSync(path)) continue;
    const version = parseVersion((await tryRun(path, ['env', 'GOVERSION'], { env: { GOTOOLCHAIN: 'local' } })) ?? '');
    if (version !== undefined) return { path, version };
  }
  return undefined;
}
