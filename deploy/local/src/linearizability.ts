import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from './star/programs.js';

/** `npm run linearizability -- --histories N [--operations N] [--servers N] [--seed S]`: the recorded histories of test/linearizability. */
export async function main(args: string[]): Promise<number> {
  const runner = join(checkout, 'test', 'dist', 'linearizability', 'main.js');
  return spawnSync(process.execPath, ['--enable-source-maps', runner, ...args], { stdio: 'inherit' }).status ?? 1;
}
