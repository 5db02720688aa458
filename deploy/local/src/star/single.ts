import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps a second star off the same data: a pid file, taken exclusively. Returns how to let go; throws when a living star holds it. */
export function holdDataDir(dataDir: string): () => void {
  const file = pidFile(dataDir);
  writable(dataDir, () => mkdirSync(dataDir, { recursive: true, mode: 0o700 }));
  const holder = readPid(file);
  if (holder !== undefined && isStar(holder)) {
    throw new Error(`a star already runs on ${dataDir} (pid ${holder}); stop it with Ctrl-C or \`kill ${holder}\`, or give this one --data-dir`);
  }
  writable(dataDir, () => {
    rmSync(file, { force: true });
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  });
  return () => rmSync(file, { force: true });
}

/** The starter that holds this data, if one lives. */
export function starPid(dataDir: string): number | undefined {
  const pid = readPid(pidFile(dataDir));
  return pid !== undefined && isStar(pid) ? pid : undefined;
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'star.pid');
}

function writable(dataDir: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new Error(`can't write to the data folder ${dataDir} (${(error as NodeJS.ErrnoException).code ?? String(error)}): make it writable for this user, or choose another with --data-dir`, { cause: error });
  }
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A pid may have been given to another program since; only one that runs the starter counts. */
function isStar(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bootstrap.mjs');
  } catch {
    return false;
  }
}
