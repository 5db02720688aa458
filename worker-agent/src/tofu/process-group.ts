import { readdirSync, readFileSync } from 'node:fs';

/** In the environment of every process of a run, whatever started it. */
export const runMark = 'SPAWNIT_RUN';

/** Sends a signal to all processes of a group; false when none is left. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Living processes that carry the mark of one of `runs`: tofu and its providers, whatever group they are in now. A process's id
 * alone proves nothing, as ids are given out again.
 */
export function processesOf(runs: ReadonlySet<string>): number[] {
  return pids().filter((pid) => {
    const marks = environmentOf(pid).flatMap((line) => (line.startsWith(`${runMark}=`) ? [line.slice(runMark.length + 1)] : []));
    return marks.some((mark) => runs.has(mark));
  });
}

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function pids(): number[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return []; // No Linux.
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return []; // Gone, or another user's.
  }
}
