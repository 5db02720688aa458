import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FinishRequest } from '@spawnit/contract';
import { z } from 'zod';
import { writeWhole } from '../disk/whole-file.js';
import { nodeKey, openText, sealText } from './sealed-file.js';

const Entry = z.object({
  namespace: z.string(),
  job: z.string(),
  epoch: z.int(),
  /** None when it is no longer ours to report. */
  finish: FinishRequest.optional(),
  /** A state that tofu could not write, and where it goes. */
  state: z.object({ address: z.string(), recover: z.string(), username: z.string(), password: z.string(), body: z.string() }).optional(),
});
export type SpoolEntry = z.infer<typeof Entry>;

/**
 * Results that have not been acknowledged yet, on disk, so that they outlive the agent. A state that tofu could not hand in is
 * among them, and the token to hand it in with: they are sealed with a key of the node's own.
 */
export class Spool {
  constructor(private readonly dir: string) {}

  async put(entry: SpoolEntry): Promise<void> {
    await writeWhole(this.#file(entry), sealText(await this.#key(), JSON.stringify(entry)));
  }

  async remove(entry: Pick<SpoolEntry, 'namespace' | 'job'>): Promise<void> {
    await rm(this.#file(entry), { force: true });
  }

  /** What says nothing (any more) is set aside, not dropped, and told. Throws when the disk can't be read: what it holds may be a state that is nowhere else. */
  async all(onSetAside: (file: string, error: unknown) => void = () => undefined): Promise<SpoolEntry[]> {
    const names = (await this.#names()).filter((name) => name.endsWith('.json'));
    const entries = await Promise.all(names.map((name) => this.#read(join(this.dir, name), onSetAside)));
    return entries.filter((entry) => entry !== undefined);
  }

  async #names(): Promise<string[]> {
    return readdir(this.dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  }

  async #read(file: string, onSetAside: (file: string, error: unknown) => void): Promise<SpoolEntry | undefined> {
    const bytes = await readFile(file);
    const key = await this.#key();
    try {
      // Those of before they were sealed begin as JSON does.
      const text = bytes.subarray(0, 2).toString() === '{"' ? bytes.toString() : openText(key, bytes);
      return Entry.parse(JSON.parse(text));
    } catch (error) {
      const aside = `${file}.unreadable`;
      await rename(file, aside);
      onSetAside(aside, error);
      return undefined;
    }
  }

  #key(): Promise<Buffer> {
    return nodeKey(`${this.dir}.key`);
  }

  #file({ namespace, job }: Pick<SpoolEntry, 'namespace' | 'job'>): string {
    return join(this.dir, `${encodeURIComponent(namespace)}.${encodeURIComponent(job)}.json`);
  }
}
