import { execFile } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  timeoutMs?: number;
}

/**
 * Runs a command to its end and gives what it wrote to standard output.
 * Throws an Error with its last lines when it fails, and when it can't be found.
 */
export function run(command: string, args: string[], { cwd, env, timeoutMs }: RunOptions = {}): Promise<string> {
  const options = { cwd, env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(failure(command, args, error, stderr || stdout), { cause: error }));
    });
  });
}

/** As `run`, but undefined for any failure: to ask whether something is there. */
export async function tryRun(command: string, args: string[], options?: RunOptions): Promise<string | undefined> {
  return run(command, args, { timeoutMs: 20_000, ...options }).catch(() => undefined);
}

/** The path of a command that is on PATH. */
export async function whereIs(command: string): Promise<string> {
  return (await run('sh', ['-c', `command -v ${command}`])).trim();
}

function failure(command: string, args: string[], error: Error & { killed?: boolean }, output: string): string {
  const tail = output.trim().split('\n').slice(-15).join('\n');
  const end = error.killed ? 'took too long and was ended' : 'failed';
  return `\`${[command, ...args].join(' ')}\` ${end}: ${tail || error.message}`;
}
