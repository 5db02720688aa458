import { runPlayground } from './playground.js';

/** `npm run chaos -- --faults N --services N --seed S --minutes M`: faults on real processes, store, engine and tofu (test/chaos). */
export function main(args: string[]): Promise<number> {
  return runPlayground('chaos', args);
}
