import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a server is writing at this moment, under another name. */
const draft = /\.\d+\.[0-9a-f]+$/;

/** Gives a second server the keys of the first, as whoever sets it up does. */
export function copyKeys(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(from)) if (!draft.test(name)) copyFileSync(join(from, name), join(to, name));
}
