import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs main.ts in a process of its own, since it replaces time; gives its exit code and lines. */
export function runMain(args: string[]): Promise<{ code: number | null; lines: string[] }> {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const child = spawn(process.execPath, ['--enable-source-maps', main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, lines: text.split('\n').filter((line) => line !== '') }));
  });
}
