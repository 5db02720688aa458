import { checkout } from '@spawnit/local';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Scene } from './scene.js';

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The built spawnctl in the scene's namespace, run to its end as a person would. */
export function spawnctlOf({ star, namespace }: Pick<Scene, 'star' | 'namespace'>): (...args: string[]) => Promise<Result> {
  const entry = join(checkout, 'packages', 'spawnctl', 'dist', 'src', 'main.js');
  return async (...args) => {
    const env = { ...process.env, KUBECONFIG: star.kubeconfig, SPAWNIT_SERVER: undefined, SPAWNIT_TOKEN: undefined, NODE_V8_COVERAGE: undefined, NODE_OPTIONS: undefined };
    const child = spawn(process.execPath, [entry, '-n', namespace, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
    return { code, stdout, stderr };
  };
}
