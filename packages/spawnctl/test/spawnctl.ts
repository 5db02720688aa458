import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { spawnProgram, type Program, type Teardown } from '@spawnit/testkit';

export const entry = fileURLToPath(new URL('../src/main.js', import.meta.url));

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  kubeconfig?: string;
  /** Standard input; closed at once when there is none. */
  input?: string;
  env?: Record<string, string | undefined>;
}

const clean = { SPAWNIT_SERVER: undefined, SPAWNIT_TOKEN: undefined, NODE_V8_COVERAGE: undefined, NODE_OPTIONS: undefined };

/** Runs the built command as a person would, to its end. */
export async function spawnctl(args: string[], { kubeconfig, input, env }: Surroundings = {}): Promise<Result> {
  const child = spawn(process.execPath, [entry, ...args], { env: { ...process.env, ...clean, KUBECONFIG: kubeconfig, ...env } });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, stdout, stderr };
}

/** Starts it and lets it run. */
export function startSpawnctl(t: Teardown, args: string[], kubeconfig: string): Program {
  return spawnProgram({ name: `spawnctl ${args[0]}`, entry, args, env: { ...clean, KUBECONFIG: kubeconfig }, t });
}

/** Runs it under a pseudo-terminal (by util-linux' `script`); gives all that a person would see. */
export async function onTerminal(args: string[], { kubeconfig, input, env }: Surroundings = {}): Promise<{ code: number | null; seen: string }> {
  const quoted = [process.execPath, entry, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], { env: { ...process.env, ...clean, KUBECONFIG: kubeconfig, ...env } });
  child.stdin.on('error', () => undefined);
  if (input !== undefined) child.stdin.write(input);
  const [seen, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  child.stdin.destroy();
  return { code, seen: seen.replaceAll('\r\n', '\n') };
}
