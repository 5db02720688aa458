import { runBuilt } from '../runs/built.js';
import { simulation } from '../runs/commands.js';
import { optionsOrExit } from '../runs/options.js';

/** `npm run simulate`: the deterministic simulation of test/simulation. */
export async function main(args: string[]): Promise<number> {
  optionsOrExit(simulation, args);
  return runBuilt('test/dist/simulation/main.js', args);
}
