import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from '../star/programs.js';

/** Runs a built file of this checkout to its end, on this terminal; the exit code. */
export function runBuilt(file: string, args: string[] = []): number {
  return spawnSync(process.execPath, ['--enable-source-maps', join(checkout, file), ...args], { stdio: 'inherit' }).status ?? 1;
}
