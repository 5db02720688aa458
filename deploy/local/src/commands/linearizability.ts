import { runBuilt } from '../runs/built.js';
import { linearizability } from '../runs/commands.js';
import { optionsOrExit } from '../runs/options.js';

/** `npm run linearizability`: the recorded histories of test/linearizability. */
export async function main(args: string[]): Promise<number> {
  optionsOrExit(linearizability, args);
  return runBuilt('test/dist/linearizability/main.js', args);
}
