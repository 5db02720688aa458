import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is below a folder of a running star, folders too; what goes while it is looked at is left out. */
export function filesBelow(dir: string): string[] {
  const entries = unlessGone(() => readdirSync(dir, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? [path, ...filesBelow(path)] : [path];
  });
}

/** The content of a file of a running star; undefined when it is gone by now. */
export function bytesOf(file: string): Buffer | undefined {
  return unlessGone(() => readFileSync(file));
}

/** Undefined where a file or process is gone by the time it is looked at. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) return undefined;
    throw error;
  }
}
