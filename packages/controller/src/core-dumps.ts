import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process that crashes writes its memory, secrets and all, to disk: not this one, nor any that it starts. A limit of one byte
 * stops dumps that go to a program too, which none at all does not (core(5)). False where the system has no way to say so.
 */
export function preventCoreDumps(): boolean {
  const most = hardLimit();
  if (most === undefined) return false;
  const limit = most === 'unlimited' || Number(most) >= 1 ? 1 : 0;
  return spawnSync('prlimit', [`--core=${limit}:${limit}`, '--pid', String(process.pid)], { stdio: 'ignore' }).status === 0;
}

function hardLimit(): string | undefined {
  try {
    return /^Max core file size +\S+ +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  } catch {
    return undefined; // No Linux.
  }
}
