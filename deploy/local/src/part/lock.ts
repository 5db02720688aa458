import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inCache } from './cache.js';

/**
 * Runs `work` while no other process on this machine runs work under the same
 * name. `waiting` is called once, if it has to wait. The lock of a process that
 * died is taken over.
 */
export async function withLock<T>(name: string, work: () => Promise<T>, waiting: () => void = () => {}): Promise<T> {
  const file = inCache('locks', `${name}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    if (dropIfAbandoned(file)) continue;
    if (!told) waiting();
    told = true;
    await pause(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The link makes the file appear with its content, or not at all. */
function take(file: string): boolean {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** True when the lock's holder is dead and the lock is out of the way. */
function dropIfAbandoned(file: string): boolean {
  const holder = holderOf(file);
  if (holder === undefined || alive(holder)) return false;
  const aside = `${file}.abandoned.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return true; // Another waiter was quicker.
  }
  const moved = holderOf(aside);
  // Between the look and the move a living process may have taken it: give it back.
  if (moved !== undefined && alive(moved) && !existsSync(file)) linkSync(aside, file);
  rmSync(aside, { force: true });
  return true;
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
