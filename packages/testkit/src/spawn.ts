import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { processesMarked, programMark, signalProcess, type RunningProcess } from './processes.js';
import type { Teardown } from './teardown.js';
import { waitFor } from './wait-for.js';

export interface CommandOptions {
  /** How errors call it. */
  name: string;
  command: string;
  args?: string[];
  /** Added to the environment; a value of undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** The test at whose end it is stopped; without one the caller stops it. */
  t?: Teardown;
}

export interface ProgramOptions extends Omit<CommandOptions, 'command'> {
  /** The built JavaScript file, usually `dist/src/main.js`. */
  entry: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Everything it has written, both streams, line by line. */
  readonly lines: readonly string[];
  readonly child: ChildProcess;
  /** Settles at its end. */
  readonly exited: Promise<Exit>;
  running(): boolean;
  /** The first line, past or to come, that matches; fails at once if it ends before. */
  waitForLine(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends a signal to the program alone; its children live on. */
  kill(signal: NodeJS.Signals): void;
  /**
   * Ends it: SIGTERM, and SIGKILL after `graceMs`. Whatever it started is ended
   * too; if it ended of its own will and left something behind, that is an error.
   */
  stop(graceMs?: number): Promise<Exit>;
}

/** Starts a built Node program as a real process of its own. */
export function spawnProgram({ entry, args = [], ...rest }: ProgramOptions): Program {
  if (!existsSync(entry)) throw new Error(`${rest.name}: ${entry} is not built; run \`npm run build\``);
  return spawnCommand({ ...rest, command: process.execPath, args: ['--enable-source-maps', entry, ...args] });
}

/** Starts any command as a real process; see {@link Program}. */
export function spawnCommand({ name, command, args = [], env = {}, cwd, t }: CommandOptions): Program {
  const mark = randomUUID();
  const [file, ...rest] = [...diesWithUs(), command, ...args];
  const child = spawn(file!, rest, {
    cwd,
    env: { ...process.env, ...env, [programMark]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // A group of its own, so that a Ctrl-C here isn't one there.
  });
  const program = watchProgram(name, child, mark);
  t?.teardown(() => program.stop());
  return program;
}

function watchProgram(name: string, child: ChildProcess, mark: string): Program {
  const lines: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const exited = exitOf(child, name, lines);
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  let struck = false; // Killed at a stroke: orphans are then no fault of its own.
  const kill = (signal: NodeJS.Signals) => {
    if (!running()) return;
    struck ||= signal === 'SIGKILL';
    signalProcess(child.pid!, signal);
  };
  return {
    name,
    pid: child.pid ?? -1,
    lines,
    child,
    exited,
    running,
    kill,
    waitForLine: (pattern) => lineOf({ name, lines, running, pattern }),
    stop: async (graceMs = 10_000) => {
      const endedItself = running() ? await endGently(child, kill, exited, graceMs) : true;
      const orphans = await sweep(mark);
      if (endedItself && !struck && orphans.length > 0) {
        throw new Error(`${name} ended and left running: ${orphans.map((p) => `${p.pid} ${p.command}`).join('; ')}`);
      }
      return exited;
    },
  };
}

/** Linux can end a child with its parent, so that a killed test leaves nothing. */
function diesWithUs(): string[] {
  return existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] : [];
}

function exitOf(child: ChildProcess, name: string, lines: string[]): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      lines.push(`${name} could not be started: ${error.message}`);
      resolve({ code: 127, signal: null });
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** True when SIGTERM was enough. A stopped process must go on to hear it. */
async function endGently(
  child: ChildProcess,
  kill: Program['kill'],
  exited: Promise<Exit>,
  graceMs: number,
): Promise<boolean> {
  kill('SIGTERM');
  signalProcess(child.pid!, 'SIGCONT');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, graceMs, 'late')));
  const first = await Promise.race([exited, late]);
  clearTimeout(timer);
  if (first !== 'late') return true;
  kill('SIGKILL');
  await exited;
  return false;
}

/** Ends what the program started; gives what was still alive. */
async function sweep(mark: string): Promise<RunningProcess[]> {
  const orphans = processesMarked(mark);
  if (orphans.length === 0) return orphans;
  await waitFor(
    () => {
      const left = processesMarked(mark);
      for (const { pid } of left) signalProcess(pid, 'SIGKILL');
      return left.length === 0;
    },
    { what: 'the orphans to end' },
  );
  return orphans;
}

interface LineSearch {
  name: string;
  lines: readonly string[];
  running: () => boolean;
  pattern: RegExp;
}

async function lineOf({ name, lines, running, pattern }: LineSearch): Promise<RegExpMatchArray> {
  let ended = false;
  const look = () => {
    const match = lines.map((line) => line.match(pattern)).find((found) => found !== null);
    if (match) return match;
    // One more look after its end: the last lines may come behind the exit.
    if (ended) return 'ended' as const;
    ended = !running();
    return undefined;
  };
  const tail = () => lines.slice(-20).join('\n');
  const found = await waitFor(look, { what: `${name} to write ${pattern}` }).catch((error: Error) => {
    throw new Error(`${error.message}; it wrote last:\n${tail()}`, { cause: error });
  });
  if (found === 'ended') throw new Error(`${name} ended without writing ${pattern}; it wrote last:\n${tail()}`);
  return found;
}
