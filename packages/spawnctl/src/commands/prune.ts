import { lastApplied, serviceKind, type KindDefinition, type Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import type { Manifest } from '../manifest/parse.js';
import { place } from '../manifest/place.js';
import { resourceName } from '../output/format.js';
import { print } from '../output/streams.js';
import type { Session } from '../session.js';

export interface PruneFlags {
  prune?: boolean;
  selector?: string;
  all?: boolean;
}

/** A usage error unless it is said among which resources those that no file names are to go. */
export function checkPrune({ prune, selector, all }: PruneFlags): void {
  if (prune && !selector && !all) throw new CommandError(exits.usage, '--prune deletes what no file declares any more: say among which, with -l LABELS or --all');
  if (prune && selector && all) throw new CommandError(exits.usage, '--prune takes -l LABELS or --all: one of them');
  if (!prune && (selector || all)) throw new CommandError(exits.usage, '-l and --all are for --prune');
}

/**
 * Deletes what an earlier apply made and these files no longer declare: services, and kinds that the files declare, in the
 * namespaces of the files. What was made in another way has no mark of an apply, and stays.
 */
export async function prune(session: Session, manifests: Manifest[], flags: PruneFlags, dryRun: boolean): Promise<void> {
  const declared = manifests.map((manifest) => ({ kind: manifest.kind, ...place(session, manifest).metadata }));
  const keep = new Set(declared.map(({ kind, namespace, name }) => keyOf(kind, namespace, name)));
  const kinds = new Set<KindDefinition>([serviceKind, ...declared.map(({ kind }) => kind)].filter(({ namespaced }) => namespaced));
  const namespaces = new Set(declared.map(({ namespace }) => namespace ?? session.namespace));
  for (const kind of kinds) {
    for (const namespace of namespaces) {
      const { items } = await session.client.of(kind).list({ namespace, labelSelector: flags.selector });
      for (const item of items.filter((each) => isOurs(each) && !keep.has(keyOf(kind, namespace, each.metadata.name)))) {
        await session.client.of(kind).delete(item.metadata.name, namespace, { dryRun, preconditions: { uid: item.metadata.uid } });
        print(`${resourceName(item)} pruned${dryRun ? ' (server dry run)' : ''}`);
      }
    }
  }
}

function isOurs({ metadata }: Resource): boolean {
  return metadata.annotations?.[lastApplied] !== undefined && !metadata.deletionTimestamp;
}

function keyOf({ kind }: KindDefinition, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
