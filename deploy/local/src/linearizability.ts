import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { linearizability } from './runs/commands.js';
import { optionsOrExit } from './runs/options.js';
import { checkout } from './star/programs.js';

/** `npm run linearizability`: the recorded histories of test/linearizability. */
export async function main(args: string[]): Promise<number> {
  optionsOrExit(linearizability, args);
  const runner = join(checkout, 'test', 'dist', 'linearizability', 'main.js');
  return spawnSync(process.execPath, ['--enable-source-maps', runner, ...args], { stdio: 'inherit' }).status ?? 1;
}
