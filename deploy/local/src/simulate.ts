import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { simulation } from './runs/commands.js';
import { optionsOrExit } from './runs/options.js';
import { checkout } from './star/programs.js';

/** `npm run simulate`: the deterministic simulation of test/simulation. */
export async function main(args: string[]): Promise<number> {
  optionsOrExit(simulation, args);
  const runner = join(checkout, 'test', 'dist', 'simulation', 'main.js');
  return spawnSync(process.execPath, ['--enable-source-maps', runner, ...args], { stdio: 'inherit' }).status ?? 1;
}
