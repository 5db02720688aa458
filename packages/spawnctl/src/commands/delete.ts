import { CommandError, exits, exitOf } from '../exit.js';
import { readManifests } from '../manifest/read.js';
import { readRefs, type Ref, type Session } from '../session.js';
import { wait } from './wait.js';

export interface DeleteFlags {
  filename: string[];
  selector?: string;
  wait: boolean;
  timeout: number;
  ignoreNotFound?: boolean;
  all?: boolean;
}

export async function remove(session: Session, words: string[], flags: DeleteFlags): Promise<void> {
  const targets = flags.filename.length > 0 ? await fromFiles(session, flags.filename) : await chosen(session, words, flags);
  for (const { ref, namespace } of targets) {
    try {
      await session.client.of(ref.kind).delete(ref.name, ref.kind.namespaced ? namespace : undefined);
      session.print(`${ref.kind.singular} "${ref.name}" ${flags.wait ? 'is being deleted' : 'marked for deletion'}`);
    } catch (error) {
      if (!(flags.ignoreNotFound && exitOf(error) === exits.notFound)) throw error;
    }
  }
  if (flags.wait) await Promise.all(targets.map(({ ref, namespace }) => wait({ ...session, namespace }, [`${ref.kind.singular}/${ref.name}`], { for: 'delete', timeout: flags.timeout })));
}

interface DeletionTarget {
  ref: Required<Ref>;
  namespace: string;
}

async function fromFiles(session: Session, files: string[]): Promise<DeletionTarget[]> {
  const manifests = await readManifests(files);
  // In reverse, so that what depends on others goes before them.
  return manifests.reverse().map((m) => ({ ref: { kind: m.kind, name: m.resource.metadata.name }, namespace: m.resource.metadata.namespace ?? session.namespace }));
}

async function chosen(session: Session, words: string[], flags: DeleteFlags): Promise<DeletionTarget[]> {
  const refs = readRefs(words);
  if (refs.every((ref) => ref.name)) return refs.map((ref) => ({ ref: ref as Required<Ref>, namespace: session.namespace }));
  if (!flags.selector && !flags.all) throw new CommandError(exits.usage, 'say which: names, -l SELECTOR, or --all');
  const { kind } = refs[0]!;
  const { items } = await session.client.of(kind).list({ namespace: kind.namespaced ? session.namespace : undefined, labelSelector: flags.selector });
  return items.map((item) => ({ ref: { kind, name: item.metadata.name }, namespace: item.metadata.namespace ?? session.namespace }));
}
