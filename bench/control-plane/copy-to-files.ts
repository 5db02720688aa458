import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rawS3, type S3Target } from '../raw-s3.js';

const atOnce = 32;

/** Every object of a bucket that nobody writes to, as the apiserver keeps objects in a folder. */
export async function copyToFiles(from: S3Target, dir: string): Promise<void> {
  const source = rawS3(from);
  const keys = (await source.keys()).values();
  const work = async () => {
    for (const key of keys) {
      const bytes = await source.get(key);
      const file = join(dir, 'objects', key);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, bytes, { mode: 0o600 });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
