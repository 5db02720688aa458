import { checkout, defaultDataDir, readProcessIds, starPid } from '@spawnit/local/control';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, exits } from '../exit.js';
import { columns } from '../output/columns.js';
import { note, print } from '../output/streams.js';

export interface StarFlags {
  dataDir?: string;
  agents?: number;
  port?: number;
  hello?: boolean;
  wait?: boolean;
  timeout: number;
}

const lookEveryMs = 200;

/** Starts it by the repository's own starter, which goes on in the background. */
export async function up(flags: StarFlags): Promise<void> {
  const dataDir = dataDirOf(flags);
  const bootstrap = join(checkout, 'deploy', 'local', 'bootstrap.mjs');
  if (!existsSync(bootstrap)) throw new CommandError(exits.usage, 'a star is started from a clone of the repository: there, `npx spawnctl star up` or `npm start`');
  if (starPid(dataDir) !== undefined) return print(`the star on ${dataDir} is up already`);
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const logFile = join(dataDir, 'logs', 'star.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [bootstrap, 'start', ...argumentsOf(flags, dataDir)], { detached: true, stdio: ['ignore', log, log] });
  let ended = false;
  child.once('exit', () => (ended = true)).unref();
  note(`starting; ${logFile} tells more`);
  await until(flags.timeout, 'the star to be up', () => {
    const text = readFileSync(logFile, 'utf8');
    if (ended) throw new CommandError(exits.failed, `it ended at its start:\n${text.trimEnd().split('\n').slice(-15).join('\n')}`);
    return text.includes('✓ The star is up');
  });
  print(`the star on ${dataDir} is up: export KUBECONFIG=${join(dataDir, 'apiserver', 'kubeconfig')}`);
}

export async function down(flags: StarFlags): Promise<void> {
  const dataDir = dataDirOf(flags);
  const pid = starPid(dataDir);
  if (pid === undefined) return print(`no star is up on ${dataDir}`);
  process.kill(pid, 'SIGTERM');
  // An agent that stands still would not hear of it.
  for (const each of Object.values(readProcessIds(dataDir))) signal(each, 'SIGCONT');
  await until(60, 'the star to end', () => starPid(dataDir) === undefined);
  print(`the star on ${dataDir} is down; what was provisioned goes on running`);
}

export function status(flags: StarFlags): void {
  const dataDir = dataDirOf(flags);
  const pid = starPid(dataDir);
  if (pid === undefined) throw new CommandError(exits.failed, `no star is up on ${dataDir}; \`spawnctl star up\` starts one`);
  const rows = Object.entries(readProcessIds(dataDir)).map(([name, each]) => [name, String(each), stateOf(each)]);
  print(columns([['NAME', 'PID', 'STATE'], ['starter', String(pid), 'running'], ...rows]));
}

/** The process of that part. Throws when there is no star, or no such part. */
export function processOf(flags: StarFlags, name: string): number {
  const dataDir = dataDirOf(flags);
  if (starPid(dataDir) === undefined) throw new CommandError(exits.usage, `no star is up on ${dataDir}; this is for a star on this machine (--data-dir names another folder)`);
  const all = readProcessIds(dataDir);
  const pid = all[name];
  if (pid === undefined) throw new CommandError(exits.notFound, `the star has no part "${name}" (there are: ${Object.keys(all).join(', ')})`);
  return pid;
}

export function dataDirOf({ dataDir }: StarFlags): string {
  return resolve(dataDir ?? defaultDataDir());
}

/** Throws a time-out that names what was waited for. */
export async function until(timeoutSeconds: number, what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new CommandError(exits.timeout, `waited ${timeoutSeconds} s for ${what}`);
    await delay(lookEveryMs);
  }
}

export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** As Linux tells it; elsewhere only whether it is there. */
function stateOf(pid: number): string {
  try {
    process.kill(pid, 0);
    const letter = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)![0] : 'S';
    return letter === 'T' ? 'stands still' : letter === 'Z' ? 'ended' : 'running';
  } catch {
    return 'ended';
  }
}

function argumentsOf({ agents, port, hello }: StarFlags, dataDir: string): string[] {
  const given = [['--agents', agents], ['--port', port]] as const;
  return ['--data-dir', dataDir, ...given.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)])), ...(hello === false ? ['--no-hello'] : [])];
}
