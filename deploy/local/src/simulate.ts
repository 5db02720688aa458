import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkout } from './star/programs.js';

/** `npm run simulate -- --seeds N --seed S [--without GUARD] [--verbose]`: the deterministic simulation of test/simulation. */
export async function main(args: string[]): Promise<number> {
  const runner = join(checkout, 'test', 'dist', 'simulation', 'main.js');
  return spawnSync(process.execPath, ['--enable-source-maps', runner, ...args], { stdio: 'inherit' }).status ?? 1;
}
