import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where everything fetched or built is kept, outside any checkout, so that a
 * second clone costs nothing. Honours XDG_CACHE_HOME.
 */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const base = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'spawnit');
}

/** A path inside the cache. */
export function inCache(...parts: string[]): string {
  return join(cacheRoot(), ...parts);
}
