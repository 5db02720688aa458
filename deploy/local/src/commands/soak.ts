import { soak } from '../runs/commands.js';
import { optionsOrExit } from '../runs/options.js';
import { runPlayground } from '../runs/playground.js';

/** `npm run soak`: steady load, and what each process holds in the long run (test/soak). */
export function main(args: string[]): Promise<number> {
  optionsOrExit(soak, args);
  return runPlayground('soak', args);
}
