import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FinishRequest } from '@spawnit/contract';
import { z } from 'zod';

const Entry = z.object({
  namespace: z.string(),
  job: z.string(),
  epoch: z.int(),
  finish: FinishRequest,
  /** A state that tofu could not write, and where it goes. */
  state: z.object({ address: z.string(), recover: z.string(), username: z.string(), password: z.string(), body: z.string() }).optional(),
});
export type SpoolEntry = z.infer<typeof Entry>;

/** Results that have not been acknowledged yet, on disk, so that they outlive the agent. Readable by its user only. */
export class Spool {
  constructor(private readonly dir: string) {}

  async put(entry: SpoolEntry): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const file = this.#file(entry);
    await writeFile(`${file}.half`, JSON.stringify(entry), { mode: 0o600, flush: true });
    await rename(`${file}.half`, file);
  }

  async remove(entry: Pick<SpoolEntry, 'namespace' | 'job'>): Promise<void> {
    await rm(this.#file(entry), { force: true });
  }

  /** What can't be read is set aside, not dropped. */
  async all(): Promise<SpoolEntry[]> {
    const names = (await readdir(this.dir).catch(() => [])).filter((name) => name.endsWith('.json'));
    const entries = await Promise.all(names.map((name) => this.#read(join(this.dir, name))));
    return entries.filter((entry) => entry !== undefined);
  }

  async #read(file: string): Promise<SpoolEntry | undefined> {
    try {
      return Entry.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch {
      await rename(file, `${file}.unreadable`).catch(() => undefined);
      return undefined;
    }
  }

  #file({ namespace, job }: Pick<SpoolEntry, 'namespace' | 'job'>): string {
    return join(this.dir, `${encodeURIComponent(namespace)}.${encodeURIComponent(job)}.json`);
  }
}
