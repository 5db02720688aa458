import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { descendants, processesNaming } from '@spawnit/testkit';
import type { Member } from '../chaos/star/chaos-star.js';

export interface Sample {
  rssMb: number;
  fds: number;
  /** Of the open files, those that are sockets. */
  sockets: number;
  threads: number;
}

/** What a process holds right now, as /proc tells; undefined when it is gone. */
export function sampleOf(pid: number): Sample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    const files = readdirSync(`/proc/${pid}/fd`).map((fd) => target(`/proc/${pid}/fd/${fd}`));
    return { rssMb: field('VmRSS') / 1_024, fds: files.length, sockets: files.filter((file) => file.startsWith('socket:')).length, threads: field('Threads') };
  } catch {
    return undefined;
  }
}

/** Processes of tofu that work in a folder of this star and belong to no living agent. */
export function orphansOf(dataDir: string, agents: readonly Member[]): number {
  const owned = new Set(agents.flatMap(({ process: { pid } }) => (pid === undefined ? [] : descendants(pid))));
  return processesNaming(dataDir).filter(({ pid, command }) => /tofu|terraform-provider/.test(command) && !owned.has(pid)).length;
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return ''; // Closed while we looked.
  }
}
