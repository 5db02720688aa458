import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What this agent has put on which engine: one empty file for each service and namespace. Only what stands here is ever swept
 * away, so that another installation on the same engine keeps its containers.
 */
export class Ledger {
  constructor(private readonly dir: string) {}

  async add(engine: string, entry: { uid: string; namespace: string }): Promise<void> {
    const dir = this.#of(engine);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await Promise.all([writeFile(join(dir, `uid.${entry.uid}`), ''), writeFile(join(dir, `namespace.${entry.namespace}`), '')]);
  }

  async read(engine: string): Promise<{ uids: Set<string>; namespaces: Set<string> }> {
    const names = await readdir(this.#of(engine)).catch(() => []);
    const of = (kind: string) => new Set(names.filter((name) => name.startsWith(`${kind}.`)).map((name) => name.slice(kind.length + 1)));
    return { uids: of('uid'), namespaces: of('namespace') };
  }

  async forget(engine: string, kind: 'uid' | 'namespace', name: string): Promise<void> {
    await rm(join(this.#of(engine), `${kind}.${name}`), { force: true });
  }

  #of(engine: string): string {
    return join(this.dir, engine.replaceAll(/[^A-Za-z0-9_-]/g, '_'));
  }
}
