import { runBuilt } from '../runs/built.js';
import { ensureTools } from '../tools/ensure.js';

/** `npm run bench [-- names]`: gets the real parts, then runs the benchmarks of bench/ and writes docs/benchmarks.md. */
export async function main(args: string[]): Promise<number> {
  // Help and slips need none of it.
  if (!args.some((name) => name.startsWith('-'))) await ensureTools(['opentofu', 'docker-provider', 'docker-engine', 'minio', 'hello-image', 'chromium']);
  return runBuilt('bench/dist/main.js', args);
}
