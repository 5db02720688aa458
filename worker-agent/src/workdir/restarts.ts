import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Restart = z.object({
  order: z.string(),
  /** Of the containers that stood when it was begun. */
  ids: z.array(z.string()),
});
/** An order to make anew what runs, and what ran then: all else has been made since. */
export type Restart = z.infer<typeof Restart>;

/** The last restart of each service on this node; it outlives the agent. */
export class Restarts {
  constructor(private readonly dir: string) {}

  /** On disk when it resolves. */
  async note(name: string, restart: Restart): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const file = join(this.dir, name);
    await writeFile(`${file}.half`, JSON.stringify(restart), { mode: 0o600, flush: true });
    await rename(`${file}.half`, file);
  }

  /** Undefined when there was none, or it can't be read. */
  async of(name: string): Promise<Restart | undefined> {
    try {
      return Restart.parse(JSON.parse(await readFile(join(this.dir, name), 'utf8')));
    } catch {
      return undefined;
    }
  }

  async forget(name: string): Promise<void> {
    await rm(join(this.dir, name), { force: true });
  }
}
