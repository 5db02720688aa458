import { manifestKey, objectKey, runPrefix } from './manifest.js';
import { inParallel } from './parallel.js';
import type { Vault } from './vault.js';

/**
 * Erases backups before the last `keep`, and what none of those kept names. A backup that is being made rests on one that
 * is kept and aims at a number above, else it gives itself up (take.ts): so nothing of it is among what is erased, and no
 * lock is needed.
 */
export async function retire(vault: Vault, keep: number): Promise<number> {
  const numbers = await vault.numbers();
  const line = (numbers.at(-1) ?? 0) - keep;
  const old = numbers.filter((number) => number <= line);
  if (old.length === 0) return 0;
  const kept = await keptBy(vault, numbers.filter((number) => number > line));
  // The manifests first: what they name is gone only after they are.
  for (const number of old) await vault.store.delete(manifestKey(vault.cluster, number));
  const surplus = (await vault.store.list(`${vault.cluster}/objects/`)).filter((key) => key < runPrefix(vault.cluster, line + 1) && !kept.has(key));
  await inParallel(surplus, (key) => vault.store.delete(key));
  return old.length;
}

async function keptBy(vault: Vault, numbers: number[]): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const number of numbers) {
    const manifest = await vault.manifest(number);
    kept.add(objectKey(vault.cluster, { run: manifest.run, sha256: manifest.entries }));
    for (const entry of await vault.entries(manifest)) kept.add(objectKey(vault.cluster, entry));
  }
  return kept;
}
