import { readdir } from 'node:fs/promises';
import { fail } from '../errors/causes.js';

export async function exists(path: string): Promise<boolean> {
  return readdir(path).then(() => true, (error: NodeJS.ErrnoException) => error.code === 'ENOTDIR');
}

/** What becomes part of a path is a uid or a digest, whatever the server says. */
export function safeName(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(name) ? name : fail('Configuration', `"${name.slice(0, 80)}" can't name a folder`);
}
