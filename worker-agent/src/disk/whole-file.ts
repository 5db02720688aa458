import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** On disk when it resolves, for this user alone, its folder too; whoever is killed meanwhile leaves what was there before. Throws as the file system does. */
export async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.half`, content, { mode: 0o600, flush: true });
  await rename(`${file}.half`, file);
  await flushFolder(dirname(file));
}

/** A power cut may else forget the name of what was flushed. */
async function flushFolder(dir: string): Promise<void> {
  const folder = await open(dir);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
