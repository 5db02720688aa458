import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../disk/whole-file.js';
import { nodeKey, openText, sealText } from '../jobs/sealed-file.js';

export const LastRun = z.object({
  epoch: z.int(),
  /** Below the workdir: where tofu ran, and leaves what it can't hand in. */
  root: z.string(),
  /** An apply whose calls no gate sees has begun, and its end is not known or was none of its own. */
  applying: z.boolean().optional(),
  state: z.object({ address: z.string(), username: z.string(), password: z.string() }),
});
/** A run, as far as what it has left behind is to be judged by it. */
export type LastRun = z.infer<typeof LastRun>;

export const Restart = z.object({
  order: z.string(),
  /** Of the containers that stood when it was begun. */
  ids: z.array(z.string()),
});
/** An order to make anew what runs, and what ran then: all else has been made since. */
export type Restart = z.infer<typeof Restart>;

/** The last of its kind for each service on this node; it outlives the agent. Sealed, for the token of a run may be in it. */
export class Notes<T> {
  constructor(
    private readonly dir: string,
    private readonly schema: z.ZodType<T>,
  ) {}

  /** On disk when it resolves. */
  async note(name: string, value: T): Promise<void> {
    await writeWhole(join(this.dir, name), sealText(await this.#key(), JSON.stringify(value)));
  }

  /** Undefined when there was none, or it can't be read. */
  async of(name: string): Promise<T | undefined> {
    try {
      return this.schema.parse(JSON.parse(openText(await this.#key(), await readFile(join(this.dir, name)))));
    } catch {
      return undefined;
    }
  }

  /** Of what there is one. */
  async names(): Promise<string[]> {
    return (await readdir(this.dir).catch(() => [])).filter((name) => !name.endsWith('.half'));
  }

  async forget(name: string): Promise<void> {
    await rm(join(this.dir, name), { force: true });
  }

  #key(): Promise<Buffer> {
    return nodeKey(`${this.dir}.key`);
  }
}
