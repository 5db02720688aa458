import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureTools } from './ensure.js';
import { checkout } from './star/programs.js';

/** `npm run chaos -- --faults N --services N --seed S --minutes M`: faults on real processes, store, engine and tofu (test/chaos). */
export async function main(args: string[]): Promise<number> {
  await ensureTools(['opentofu', 'docker-provider', 'docker-engine', 'hello-image', 'minio']);
  const runner = join(checkout, 'test', 'dist', 'chaos', 'main.js');
  const child = spawn(process.execPath, ['--enable-source-maps', runner, ...args], { stdio: 'inherit' });
  // It cleans up by itself: what it made on the engine must go.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
