import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, safeName } from './folders.js';

const lockFile = '.terraform.lock.hcl';

/** What `init` has made, by the digest of the module. */
export class Templates {
  constructor(private readonly dir: string) {}

  /** False when there is none of this digest yet. */
  async copy(digest: string, path: string): Promise<boolean> {
    const template = this.#of(digest);
    if (!(await exists(template))) return false;
    // Providers are links into the plug-in cache or the mirror, and stay links.
    await cp(template, path, { recursive: true, verbatimSymlinks: true });
    return true;
  }

  async keep(digest: string, path: string): Promise<void> {
    const template = this.#of(digest);
    const half = `${template}.half`;
    await rm(half, { recursive: true, force: true });
    await mkdir(half, { recursive: true, mode: 0o700 });
    await cp(join(path, '.terraform'), join(half, '.terraform'), { recursive: true, verbatimSymlinks: true });
    if (await exists(join(path, lockFile))) await cp(join(path, lockFile), join(half, lockFile));
    await rename(half, template);
  }

  async drop(digest: string): Promise<void> {
    await rm(this.#of(digest), { recursive: true, force: true });
  }

  /** A folder like a workdir of the module that was last initialised here, without the module itself. */
  async latest(): Promise<string | undefined> {
    const names = (await readdir(this.dir).catch(() => [])).filter((name) => !name.endsWith('.half'));
    const made = await Promise.all(names.map(async (name) => ({ path: join(this.dir, name), ms: (await stat(join(this.dir, name)).catch(() => undefined))?.mtimeMs ?? 0 })));
    return made.sort((a, b) => b.ms - a.ms)[0]?.path;
  }

  #of(digest: string): string {
    return join(this.dir, safeName(digest));
  }
}
