import { readFile } from 'node:fs/promises';

/** Undefined when there is no such file. Throws, with the file's name, when that can't be told: a disk that can't be read is not an empty one. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    error.message = `${file} can't be read: ${error.message}`;
    throw error;
  });
}
