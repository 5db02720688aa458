import { runPlayground } from './playground.js';

/** `npm run soak -- --hours N --services N`: steady load, and what each process holds in the long run (test/soak). */
export function main(args: string[]): Promise<number> {
  return runPlayground('soak', args);
}
