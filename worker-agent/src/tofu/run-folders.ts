import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { killProcess, processesOf } from './process-group.js';

/**
 * A folder for each run, named by its mark: what tofu writes for the agent (plan, messages), gone with the run.
 * What stands there at the agent's start belongs to runs of a former one.
 */
export class RunFolders {
  constructor(private readonly dir: string) {}

  /** The mark of what belongs to no run: providers that are kept warm. */
  get warmMark(): string {
    return `warm:${this.dir}`;
  }

  async create(): Promise<RunFolder> {
    const id = randomUUID();
    const path = join(this.dir, id);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return { id, path, remove: () => rm(path, { recursive: true, force: true }) };
  }

  /** Kills what runs of a former agent have left behind; gives how many processes. */
  async sweep(): Promise<number> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const runs = await readdir(this.dir);
    const left = processesOf(new Set([...runs, this.warmMark]));
    left.forEach(killProcess);
    await Promise.all(runs.map((run) => rm(join(this.dir, run), { recursive: true, force: true })));
    return left.length;
  }
}

export interface RunFolder {
  /** The run's mark. */
  readonly id: string;
  readonly path: string;
  remove(): Promise<void>;
}
