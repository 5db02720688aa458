import { readdirSync, readFileSync } from 'node:fs';

/** The living children of a process whose name (of 15 letters at most) begins so. */
export function childrenOf(pid: number, name: string): number[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((each) => statOf(each).includes(`(${name}`) && statOf(each).split(') ').at(-1)?.split(' ')[1] === String(pid)).map(Number);
}

export function residentMb(pid: number): number {
  return (Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4_096) / 2 ** 20;
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return ''; // It has ended.
  }
}
