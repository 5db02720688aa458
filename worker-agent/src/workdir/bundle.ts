import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentPaths, ModuleBundle, ModuleSpec, type Transport } from '@spawnit/contract';
import { fail } from '../errors/causes.js';

/** `sha256-` and the hash of `root\0${root}\0`, then of `${path}\0${byteLength}\0${content}` for each path, sorted bytewise. */
export function digestOf({ root, files }: ModuleBundle): string {
  const hash = createHash('sha256').update(`root\0${root}\0`);
  const paths = Object.keys(files).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const path of paths) hash.update(`${path}\0${Buffer.byteLength(files[path]!)}\0${files[path]!}`);
  return `sha256-${hash.digest('hex')}`;
}

/** Module bundles by digest, fetched once and kept; each is checked whenever it is read. */
export class Bundles {
  constructor(
    private readonly dir: string,
    private readonly transport: () => Transport,
  ) {}

  async get(digest: string): Promise<ModuleBundle> {
    const file = join(this.dir, `${checkedDigest(digest)}.json`);
    const kept = await readFile(file, 'utf8').then((text) => verified(digest, JSON.parse(text)), () => undefined).catch(() => undefined);
    if (kept !== undefined) return kept;
    const fetched: unknown = await this.transport().json({ path: agentPaths.bundle(digest) });
    const bundle = verified(digest, fetched) ?? fail('Configuration', `module ${digest}: what the server sent has another digest`);
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    await writeFile(`${file}.${process.pid}`, JSON.stringify(bundle), { mode: 0o600 });
    await rename(`${file}.${process.pid}`, file);
    return bundle;
  }
}

/** The bundle, if it is what the digest says and holds only paths that stay inside. */
function verified(digest: string, value: unknown): ModuleBundle | undefined {
  const bundle = ModuleBundle.parse(value);
  ModuleSpec.parse(bundle); // Its rules for paths are the server's own.
  return digestOf(bundle) === digest ? bundle : undefined;
}

function checkedDigest(digest: string): string {
  return /^sha256-[0-9a-f]{64}$/.test(digest) ? digest : fail('Configuration', `"${digest.slice(0, 80)}" is no module digest`);
}
