import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs the docker client against an engine (`unix:///…`; the machine's own by
 * default) and gives its output, trimmed. Throws with what it wrote.
 */
export async function docker(args: string[], host?: string): Promise<string> {
  const { stdout } = await run('docker', [...hostArgs(host), ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Carries an image from one engine to another, as `docker save | docker load`. */
export async function copyImage(image: string, from: string | undefined, to: string): Promise<void> {
  const save = spawn('docker', [...hostArgs(from), 'save', image], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', [...hostArgs(to), 'load', '--quiet'], { stdio: [save.stdout, 'ignore', 'inherit'] });
  const codes = await Promise.all([save, load].map(async (child) => (await once(child, 'exit'))[0] as number));
  if (codes.some((code) => code !== 0)) {
    throw new Error(`${image} could not be carried from ${from ?? 'the engine'} to ${to}: see above`);
  }
}

function hostArgs(host: string | undefined): string[] {
  return host === undefined ? [] : ['--host', host];
}
