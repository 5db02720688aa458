import { chaos } from '../runs/commands.js';
import { optionsOrExit } from '../runs/options.js';
import { runPlayground } from '../runs/playground.js';

/** `npm run chaos`: faults on real processes, store, engine and tofu (test/chaos). */
export function main(args: string[]): Promise<number> {
  optionsOrExit(chaos, args);
  return runPlayground('chaos', args);
}
