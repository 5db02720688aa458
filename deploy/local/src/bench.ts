import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureTools } from './ensure.js';
import { checkout } from './star/programs.js';

/** `npm run bench [-- names]`: gets the real parts, then runs the benchmarks of bench/ and writes docs/benchmarks.md. */
export async function main(args: string[]): Promise<number> {
  // Help and slips need none of it.
  if (!args.some((name) => name.startsWith('-'))) await ensureTools(['opentofu', 'docker-provider', 'docker-engine', 'minio', 'hello-image', 'chromium']);
  const runner = join(checkout, 'bench', 'dist', 'main.js');
  return spawnSync(process.execPath, ['--enable-source-maps', runner, ...args], { stdio: 'inherit' }).status ?? 1;
}
