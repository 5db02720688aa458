import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  store: 'files' | 'minio';
  agents: number;
  port: number;
  /** Whether the person asked for this very port. */
  portGiven: boolean;
  dataDir: string;
  hello: boolean;
}

export const startHelp = `npm start -- [options]

  --store files|minio   where records are kept: files in the data folder (default), or a MinIO of its own
  --agents N            how many agents (default 2)
  --port N              port of the API (default 7080; the next free one when it is taken)
  --data-dir DIR        where everything is kept (default spawnit in $XDG_DATA_HOME, or in ~/.local/share)
  --no-hello            do not make the hello service
  --help                this text`;

export class UsageError extends Error {}

/** Reads the arguments of \`npm start\`. Throws UsageError naming the argument. */
export function readStartOptions(args: string[], env: NodeJS.ProcessEnv = process.env): StartOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  return {
    store: oneOf('--store', values.store ?? 'files', ['files', 'minio']),
    agents: whole('--agents', values.agents ?? '2', 1, 50),
    port: whole('--port', values.port ?? '7080', 1, 65_535),
    portGiven: values.port !== undefined,
    dataDir: resolve(values['data-dir'] ?? defaultDataDir(env)),
    hello: !values['no-hello'],
  };
}

export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'spawnit');
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        store: { type: 'string' },
        agents: { type: 'string' },
        port: { type: 'string' },
        'data-dir': { type: 'string' },
        'no-hello': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  if ((known as readonly string[]).includes(value)) return value as T;
  throw new UsageError(`${name} must be one of ${known.join(', ')} (got ${value})`);
}

function whole(name: string, value: string, min: number, max: number): number {
  const n = Number(value);
  if (Number.isInteger(n) && n >= min && n <= max) return n;
  throw new UsageError(`${name} must be a whole number from ${min} to ${max} (got ${value})`);
}
