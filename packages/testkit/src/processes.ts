import { readdirSync, readFileSync } from 'node:fs';

/** The environment variable by which a program's descendants are known. */
export const programMark = 'SPAWNIT_TEST_PROGRAM';

/** A running process as `/proc` shows it. */
export interface RunningProcess {
  pid: number;
  command: string;
}

/**
 * All living processes that inherited the mark, in whatever process group they
 * put themselves. Empty where there is no `/proc`.
 */
export function processesMarked(mark: string): RunningProcess[] {
  const line = `${programMark}=${mark}`;
  return pids().flatMap((pid) => {
    const environment = readProc(pid, 'environ');
    return environment?.split('\0').includes(line) ? [{ pid, command: commandOf(pid) }] : [];
  });
}

/** All living processes whose command line contains the text. */
export function processesNaming(text: string): RunningProcess[] {
  return pids()
    .map((pid) => ({ pid, command: commandOf(pid) }))
    .filter(({ pid, command }) => pid !== process.pid && command.includes(text));
}

/** Sends the signal; a process that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The living descendants of a process. */
export function descendants(pid: number): number[] {
  const parents = pids().map((child) => [child, parentOf(child)] as const);
  const below = (parent: number): number[] =>
    parents.filter(([, itsParent]) => itsParent === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

/** The fourth field of `stat`, counted behind the command, which may hold blanks. */
function parentOf(pid: number): number {
  return Number(readProc(pid, 'stat')?.split(') ').at(-1)?.split(' ')[1] ?? -1);
}

function pids(): number[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  return readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim() ?? '';
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // It ended while we looked, or isn't ours to read.
  }
}
