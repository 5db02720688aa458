import { ApiError, type DeleteOptions, type Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { exitOf, explain } from '../failure.js';
import { place } from '../manifest/place.js';
import { readManifests } from '../manifest/read.js';
import { note, print } from '../output/streams.js';
import { readRefs, refName, type Ref } from '../refs.js';
import type { Session } from '../session.js';
import { readDryRun } from './apply.js';
import { waitForDeletion } from './wait.js';

export interface DeleteFlags {
  filename: string[];
  recursive?: boolean;
  selector?: string;
  wait?: boolean;
  timeout: number;
  ignoreNotFound?: boolean;
  all?: boolean;
  dryRun?: string;
  cascade: string;
}

interface Doomed {
  ref: Required<Ref>;
  namespace: string;
}

/** Asks for the deletion of all, then waits until they are gone. One that fails doesn't keep the others; the first decides the exit code. */
export async function remove(session: Session, words: string[], flags: DeleteFlags): Promise<void> {
  const options = readDeleteOptions(flags);
  const doomed = flags.filename.length > 0 ? await declared(session, words, flags) : await chosen(session, words, flags);
  if (doomed.length === 0) note('nothing to delete');
  const failed: unknown[] = [];
  const attempt = (one: Doomed, act: () => Promise<void>) =>
    act().catch((error: unknown) => {
      if (flags.ignoreNotFound && ApiError.is(error, 'NotFound')) return;
      if (doomed.length === 1) throw error;
      note(`${refName(one.ref)}: ${explain(error)}`);
      failed.push(error);
    });
  const leaving: { one: Doomed; uid?: string }[] = [];
  for (const one of doomed) {
    await attempt(one, async () => {
      const uid = await ask(session, one, flags.wait === false, options);
      if (uid !== undefined && flags.wait !== false) leaving.push({ one, uid });
    });
  }
  await Promise.all(leaving.map(({ one, uid }) => attempt(one, () => waitForDeletion({ ...session, namespace: one.namespace }, one.ref, flags.timeout, uid))));
  if (failed.length > 0) throw new CommandError(exitOf(failed[0]), `${failed.length} of ${doomed.length} not deleted`);
}

const policies: Record<string, DeleteOptions['propagationPolicy']> = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' };

function readDeleteOptions({ cascade, dryRun }: DeleteFlags): DeleteOptions {
  const propagationPolicy = policies[cascade];
  if (!propagationPolicy) throw new CommandError(exits.usage, `--cascade must be ${Object.keys(policies).join(', ')} (got ${cascade})`);
  return { dryRun: readDryRun(dryRun), propagationPolicy };
}

/** The uid of what still stands after it; undefined when it is gone at once. */
async function ask(session: Session, { ref, namespace }: Doomed, last: boolean, options: DeleteOptions): Promise<string | undefined> {
  const answer = (await session.client.of(ref.kind).delete(ref.name, ref.kind.namespaced ? namespace : undefined, options)) as Resource;
  if (options.dryRun) {
    print(`${refName(ref)} deleted (server dry run)`);
    return undefined;
  }
  if (answer.kind === 'Status') print(`${refName(ref)} deleted`);
  else if (last) print(`${refName(ref)} marked for deletion`);
  else note(`${refName(ref)} is being deleted`);
  return answer.kind === 'Status' ? undefined : (answer.metadata.uid ?? '');
}

async function declared(session: Session, words: string[], { filename, recursive, selector, all }: DeleteFlags): Promise<Doomed[]> {
  if (words.length > 0 || selector || all) throw new CommandError(exits.usage, '-f says what to delete: give no names, -l or --all with it');
  const manifests = await readManifests(filename, recursive);
  // In reverse, so that what depends on others goes before them.
  return manifests.reverse().map((manifest) => {
    const { name, namespace } = place(session, manifest).metadata;
    return { ref: { kind: manifest.kind, name }, namespace: namespace ?? session.namespace };
  });
}

async function chosen(session: Session, words: string[], { selector, all }: DeleteFlags): Promise<Doomed[]> {
  const refs = readRefs(words);
  const named = refs.filter((ref): ref is Required<Ref> => ref.name !== undefined);
  if (named.length > 0) {
    if (selector || all) throw new CommandError(exits.usage, 'give names, or -l, or --all: one of them');
    return named.map((ref) => ({ ref, namespace: session.namespace }));
  }
  if (!selector && !all) throw new CommandError(exits.usage, 'say which: names, -l SELECTOR, or --all');
  const lists = await Promise.all(refs.map(({ kind }) => session.client.of(kind).list({ namespace: kind.namespaced ? session.namespace : undefined, labelSelector: selector })));
  return lists.flatMap(({ items }, i) => items.map(({ metadata }) => ({ ref: { kind: refs[i]!.kind, name: metadata.name }, namespace: metadata.namespace ?? session.namespace })));
}
