import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts a program at `path` so that nobody ever sees half of it: `make` writes
 * it to the path that it is given, beside the final one, and it is renamed.
 */
export async function placeProgram(path: string, make: (temporary: string) => Promise<unknown>): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  try {
    await make(temporary);
    chmodSync(temporary, 0o755);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Runs `work` with an empty scratch folder, which is removed afterwards. */
export async function withScratch<T>(path: string, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = `${path}.${process.pid}.work`;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
