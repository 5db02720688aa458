import { moduleKind, type Module } from '@spawnit/contract';
import { bundleKey } from '../modules/bundle.js';
import { all } from '../resources/records.js';
import { namedKeys } from '../state/unnamed.js';
import { commitKey, logPrefix, sha256 } from '../store/log/commit.js';
import { RegistryDamaged } from '../store/log/errors.js';
import type { Registry } from '../store/log/registry.js';
import type { Link } from '../store/log/replay.js';
import { snapshotKey, snapshotPrefix } from '../store/log/snapshot.js';
import type { ObjectStore } from '../store/object-store.js';

/** What a backup is to hold: everything in the store up to one commit. */
export interface Source {
  head: Link;
  /** In order. */
  keys: string[];
  /** Objects that the records name at that commit: without one of them the backup would be worth nothing. */
  named: string[];
}

/** The listing comes after the commit: whatever that names is in it, unless it was erased since. */
export async function sourceOf(registry: Registry, objects: ObjectStore): Promise<Source> {
  await registry.sync();
  const { seq } = registry.view;
  const named = namedBy(registry);
  const bytes = await objects.get(commitKey(seq));
  if (!bytes) throw new RegistryDamaged(commitKey(seq), 'is missing');
  const keys = (await objects.list('')).filter((key) => belongs(key, seq));
  return { head: { seq, hash: sha256(bytes) }, keys, named };
}

/** Blobs that records name as they stand in memory. */
export function namedBy({ view }: Pick<Registry, 'view'>): string[] {
  const modules = [...all<Module>(view, moduleKind)].map(({ metadata }) => bundleKey(metadata.name));
  return [...namedKeys(view), ...modules];
}

function belongs(key: string, seq: number): boolean {
  if (key.startsWith(logPrefix)) return key <= commitKey(seq);
  if (key.startsWith(snapshotPrefix)) return key <= snapshotKey(seq);
  return !transient.some((prefix) => key.startsWith(prefix));
}

/** What a server puts down for a moment, at its start. */
export const transient = ['probes/', 'restore/'];
