import { readIfThere } from '@spawnit/controller';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProviderKind } from '../provider/pool.js';

const platform = `${process.platform}_${{ x64: 'amd64', ia32: '386' }[process.arch as string] ?? process.arch}`;

/** The providers that `init` has put into a workdir, by its lock file. Throws when one is not there in the usual way. */
export async function providersOf(workdir: string, binding: ProviderKind['binding']): Promise<ProviderKind[]> {
  const lock = await readIfThere(join(workdir, '.terraform.lock.hcl')); // A module may have none.
  return Promise.all(lockedProviders(String(lock ?? '')).map(async ({ address, version }) => ({ address, binding, binary: await binaryIn(join(workdir, '.terraform', 'providers', address, version, platform)) })));
}

export function lockedProviders(lock: string): { address: string; version: string }[] {
  return [...lock.matchAll(/^provider\s+"([\w./-]+)"\s*\{[^}]*?^\s*version\s*=\s*"([\w.+-]+)"/gms)].map(([, address, version]) => ({ address: address!, version: version! }));
}

async function binaryIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('terraform-provider-'));
  if (names.length !== 1) throw new Error(`${names.length} providers in ${folder}`);
  return realpath(join(folder, names[0]!));
}
