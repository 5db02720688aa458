import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModuleBundle } from '@spawnit/contract';
import { fail } from '../errors/causes.js';
import { LastRun, Notes, Restart } from './notes.js';

const lockFile = '.terraform.lock.hcl';
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
  readonly #initialising = new Map<string, Promise<unknown>>();
  readonly #lastRuns: Notes<LastRun>;
  readonly #restarts: Notes<Restart>;

  constructor(private readonly dir: string) {
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
    const initialised = await this.#copyTemplate(digest, path);
    if (initialised) await this.#seal(base, digest);
    return { path, initialised };
  }

  /** Runs `init` for a workdir that needs it. Others of the same digest wait, and then find the template. */
  async initialise(uid: string, digest: string, path: string, init: () => Promise<void>): Promise<void> {
    const before = this.#initialising.get(digest);
    const mine = (async () => {
      await before?.catch(() => undefined);
      if (!(await this.#copyTemplate(digest, path))) {
        await init();
        await this.#keepTemplate(digest, path);
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
    await rm(this.#template(digest), { recursive: true, force: true });
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

  /** A folder like a workdir of the module that was last initialised here, without the module itself. */
  async latestTemplate(): Promise<string | undefined> {
    const dir = join(this.dir, 'templates');
    const names = (await readdir(dir).catch(() => [])).filter((name) => !name.endsWith('.half'));
    const made = await Promise.all(names.map(async (name) => ({ path: join(dir, name), ms: (await stat(join(dir, name)).catch(() => undefined))?.mtimeMs ?? 0 })));
    return made.sort((a, b) => b.ms - a.ms)[0]?.path;
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

  #template(digest: string): string {
    return join(this.dir, 'templates', safeName(digest));
  }

  async #copyTemplate(digest: string, path: string): Promise<boolean> {
    const template = this.#template(digest);
    if (!(await exists(template))) return false;
    // Providers are links into the plug-in cache or the mirror, and stay links.
    await cp(template, path, { recursive: true, verbatimSymlinks: true });
    return true;
  }

  async #keepTemplate(digest: string, path: string): Promise<void> {
    const template = this.#template(digest);
    const half = `${template}.half`;
    await rm(half, { recursive: true, force: true });
    await mkdir(half, { recursive: true, mode: 0o700 });
    await cp(join(path, '.terraform'), join(half, '.terraform'), { recursive: true, verbatimSymlinks: true });
    if (await exists(join(path, lockFile))) await cp(join(path, lockFile), join(half, lockFile));
    await rename(half, template);
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

async function exists(path: string): Promise<boolean> {
  return readdir(path).then(() => true, (error: NodeJS.ErrnoException) => error.code === 'ENOTDIR');
}

/** What becomes part of a path is a uid or a digest, whatever the server says. */
function safeName(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/.test(name) ? name : fail('Configuration', `"${name.slice(0, 80)}" can't name a folder`);
}

/**
 * tofu gives a state its lineage in its first successful write; one that never had any is left with an empty lineage, which
 * tofu itself would not take back. Only that one field is touched: it stands before everything that the state holds. The same
 * state always gets the same lineage, so that it may be handed in twice.
 */
function withLineage(state: string): string {
  const lineage = createHash('sha256').update(state).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  return state.replace(/^(\s*\{[^{[]*?"lineage":\s*)""/, `$1"${lineage}"`);
}
