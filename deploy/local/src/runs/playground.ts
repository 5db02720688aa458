import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { checkout } from '../star/programs.js';
import { ensureTools } from '../tools/ensure.js';

/** Gets the real parts, and runs test/<name>/main.js on them to its end. */
export async function runPlayground(name: 'chaos' | 'soak', args: string[]): Promise<number> {
  await ensureTools(['opentofu', 'docker-provider', 'docker-engine', 'hello-image', 'minio']);
  const runner = join(checkout, 'test', 'dist', name, 'main.js');
  const child = spawn(process.execPath, ['--enable-source-maps', runner, ...args], { stdio: 'inherit' });
  // It cleans up by itself: what it made on the engine must go.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
