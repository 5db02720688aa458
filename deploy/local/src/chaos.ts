import { runPlayground } from './playground.js';
import { chaos } from './runs/commands.js';
import { optionsOrExit } from './runs/options.js';

/** `npm run chaos`: faults on real processes, store, engine and tofu (test/chaos). */
export function main(args: string[]): Promise<number> {
  optionsOrExit(chaos, args);
  return runPlayground('chaos', args);
}
