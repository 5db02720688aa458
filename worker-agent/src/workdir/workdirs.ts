import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModuleBundle } from '@spawnit/contract';
import { fail } from '../errors/causes.js';
import { exists, safeName } from './folders.js';
import { withLineage } from './lineage.js';
import { LastRun, Notes, Restart } from './notes.js';
import { Templates } from './templates.js';

const mark = '.spawnit.json';

export interface Workdir {
  /** The folder that tofu runs in. */
  readonly path: string;
  /** Whether providers and modules are in place already. */
  readonly initialised: boolean;
}

/**
 * One folder for each service, kept warm. What `init` makes is the same for every service of a module, so it is done once for
 * each digest and copied from then on.
 */
export class Workdirs {
  readonly templates: Templates;
  readonly #initialising = new Map<string, Promise<unknown>>();
  readonly #lastRuns: Notes<LastRun>;
  readonly #restarts: Notes<Restart>;

  constructor(private readonly dir: string) {
    this.templates = new Templates(join(dir, 'templates'));
    this.#lastRuns = new Notes(join(dir, 'last-runs'), LastRun);
    this.#restarts = new Notes(join(dir, 'restarts'), Restart);
  }

  /** Lays the module's files; keeps what is there when it is of the same digest, and starts anew when it isn't or is broken. Throws Busy as `#clear` does. */
  async prepare(uid: string, digest: string, bundle: ModuleBundle): Promise<Workdir> {
    const base = this.#base(uid);
    const path = join(base, bundle.root);
    if ((await this.#markOf(base)) === digest && (await exists(join(path, '.terraform')))) return { path, initialised: true };
    await this.#clear(uid);
    await mkdir(base, { recursive: true, mode: 0o700 });
    await lay(base, bundle.files);
    // The backend's address and password come by environment: nothing of them is on the disk.
    await writeFile(join(path, 'spawnit_backend_override.tf.json'), JSON.stringify({ terraform: { backend: { http: {} } } }));
    const initialised = await this.templates.copy(digest, path);
    if (initialised) await this.#seal(base, digest);
    return { path, initialised };
  }

  /** Runs `init` for a workdir that needs it. Others of the same digest wait, and then find the template. */
  async initialise(uid: string, digest: string, path: string, init: () => Promise<void>): Promise<void> {
    const before = this.#initialising.get(digest);
    const mine = (async () => {
      await before?.catch(() => undefined);
      if (!(await this.templates.copy(digest, path))) {
        await init();
        await this.templates.keep(digest, path);
      }
      await this.#seal(this.#base(uid), digest);
    })();
    this.#initialising.set(digest, mine);
    try {
      await mine;
    } finally {
      if (this.#initialising.get(digest) === mine) this.#initialising.delete(digest);
    }
  }

  /** Throws a workdir and its module's template away, so that the next use starts from nothing. */
  async rebuild(uid: string, digest: string): Promise<void> {
    await this.#clear(uid);
    await this.templates.drop(digest);
  }

  async writeVariables(path: string, variables: Record<string, unknown>): Promise<void> {
    await writeFile(join(path, 'terraform.tfvars.json'), JSON.stringify(variables), { mode: 0o600 });
  }

  async remove(uid: string): Promise<void> {
    await rm(this.#base(uid), { recursive: true, force: true });
    await this.#lastRuns.forget(safeName(uid));
    await this.#restarts.forget(safeName(uid));
  }

  /** Whose run it is that leaves something here from now on. */
  async noteRun(uid: string, run: LastRun): Promise<void> {
    await this.#lastRuns.note(safeName(uid), run);
  }

  async lastRun(uid: string): Promise<LastRun | undefined> {
    return this.#lastRuns.of(safeName(uid));
  }

  /** What is to be made anew from now on, before the first of it is. */
  async noteRestart(uid: string, restart: Restart): Promise<void> {
    await this.#restarts.note(safeName(uid), restart);
  }

  async lastRestart(uid: string): Promise<Restart | undefined> {
    return this.#restarts.of(safeName(uid));
  }

  /** Gives the room of a workdir back: the next use makes it anew. One that holds a state that was not handed in stays, and what is noted of a run or a restart always does. */
  async shed(uid: string): Promise<void> {
    if (!(await this.holdsState(uid))) await rm(this.#base(uid), { recursive: true, force: true });
  }

  /** A state that was not handed in stays: a job hands it in before anything else, and until then a check has to wait. Throws Busy. */
  async #clear(uid: string): Promise<void> {
    if (await this.holdsState(uid)) fail('Busy', 'a state that a run has left on this node is not handed in yet');
    await rm(this.#base(uid), { recursive: true, force: true });
  }

  /** Whether a state that was not handed in lies in its workdir. */
  async holdsState(uid: string): Promise<boolean> {
    const inside = await readdir(this.#base(uid), { recursive: true }).catch(noneIfMissing<string[]>([]));
    return inside.some((path) => path.endsWith('errored.tfstate'));
  }

  /** What tofu could not hand in as the state, and left in the folder that it ran in. It stays there until it is dropped. */
  async erroredState(uid: string, root: string): Promise<string | undefined> {
    const body = await readFile(this.#errored(uid, root), 'utf8').catch(noneIfMissing<undefined>(undefined));
    return body === undefined ? undefined : withLineage(body);
  }

  /** Only when it is safe elsewhere: it may be all that knows what was made. */
  async dropErroredState(uid: string, root: string): Promise<void> {
    await rm(this.#errored(uid, root), { force: true });
  }

  /** The uids of which there is anything here: a workdir, or a note. */
  async list(): Promise<string[]> {
    const found = await Promise.all([readdir(this.#services()).catch(() => []), this.#lastRuns.names(), this.#restarts.names()]);
    return [...new Set(found.flat())];
  }

  #services(): string {
    return join(this.dir, 'services');
  }

  #base(uid: string): string {
    return join(this.#services(), safeName(uid));
  }

  #errored(uid: string, root: string): string {
    return join(this.#base(uid), root, 'errored.tfstate');
  }

  async #markOf(base: string): Promise<string | undefined> {
    return readFile(join(base, mark), 'utf8').catch(() => undefined);
  }

  async #seal(base: string, digest: string): Promise<void> {
    await writeFile(join(base, mark), digest);
  }
}

async function lay(base: string, files: ModuleBundle['files']): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(base, path)), { recursive: true, mode: 0o700 });
    await writeFile(join(base, path), content, { mode: 0o600 });
  }
}

/** What can't be read is not taken for what is not there. */
function noneIfMissing<T>(none: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return none;
    throw error;
  };
}
