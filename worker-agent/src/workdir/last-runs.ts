import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { nodeKey, openText, sealText } from '../jobs/sealed-file.js';

const LastRun = z.object({
  epoch: z.int(),
  /** Below the workdir: where tofu ran, and leaves what it can't hand in. */
  root: z.string(),
  /** An apply whose calls no gate sees has begun, and its end is not known or was none of its own. */
  applying: z.boolean().optional(),
  state: z.object({ address: z.string(), username: z.string(), password: z.string() }),
});
/** A run, as far as what it has left behind is to be judged by it. */
export type LastRun = z.infer<typeof LastRun>;

/** The last run of each service on this node; it outlives the agent. Sealed, for the run's own token is in it. */
export class LastRuns {
  constructor(private readonly dir: string) {}

  /** On disk when it resolves: from then on tofu may leave something. */
  async note(name: string, run: LastRun): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const file = join(this.dir, name);
    await writeFile(`${file}.half`, sealText(await this.#key(), JSON.stringify(run)), { mode: 0o600, flush: true });
    await rename(`${file}.half`, file);
  }

  /** Undefined when there was none, or it can't be read. */
  async of(name: string): Promise<LastRun | undefined> {
    try {
      return LastRun.parse(JSON.parse(openText(await this.#key(), await readFile(join(this.dir, name)))));
    } catch {
      return undefined;
    }
  }

  async forget(name: string): Promise<void> {
    await rm(join(this.dir, name), { force: true });
  }

  #key(): Promise<Buffer> {
    return nodeKey(`${this.dir}.key`);
  }
}
