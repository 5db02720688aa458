import { ApiError, type Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { exitOf, explain } from '../failure.js';
import { readFormat, type Printer } from '../output/format.js';
import { orderBy } from '../output/order.js';
import { note, print } from '../output/streams.js';
import { readRefs, type Ref } from '../refs.js';
import type { Session } from '../session.js';
import { namespaceOf, resourcesOf, selectionOf, type GetFlags, type Missing } from './get-pages.js';
import { showTables } from './get-table.js';
import { watchResources } from './get-watch.js';

/** Shows what there is; of several names those that are there, and the first that isn't decides the exit code. */
export async function get(session: Session, words: string[], flags: GetFlags): Promise<void> {
  const { wide, printer } = readFormat(flags.output, flags);
  const refs = readRefs(words);
  refuseContradictions(refs, flags);
  const failed: unknown[] = [];
  const missing = (error: unknown) => {
    if (!ApiError.is(error, 'NotFound') || refs.length === 1) throw error;
    if (!flags.ignoreNotFound) failed.push(error);
    return undefined;
  };
  const shown = printer ? showResources(session, refs, flags, printer, missing) : showTables(session, refs, flags, wide, missing);
  await shown.catch((error: unknown) => {
    if (!(flags.ignoreNotFound && ApiError.is(error, 'NotFound'))) throw error;
  });
  for (const error of failed) note(explain(error));
  if (failed.length > 0) throw new CommandError(exitOf(failed[0]), '');
}

function refuseContradictions(refs: Ref[], flags: GetFlags): void {
  const named = refs.some((ref) => ref.name !== undefined);
  if (flags.watch && refs.length !== 1) throw new CommandError(exits.usage, '--watch takes one kind, or one name');
  if (named && flags.allNamespaces) throw new CommandError(exits.usage, 'a name stands in one namespace: leave out -A, or the name');
  if (named && (flags.selector || flags.fieldSelector)) throw new CommandError(exits.usage, 'give names, or a selector: one of them');
}

async function showResources(session: Session, refs: Ref[], flags: GetFlags, printer: Printer, missing: Missing): Promise<void> {
  const items: Resource[] = [];
  let from: string | undefined;
  for (const ref of refs) {
    const found = await resourcesOf(session, ref, flags).catch(missing);
    if (found === undefined) continue;
    from = found.resourceVersion;
    items.push(...found.items);
  }
  const ordered = flags.sortBy ? orderBy(flags.sortBy, items, (item) => item) : items;
  const text = printer.print(ordered, refs.length === 1 && refs[0]!.name !== undefined);
  if (printer.bare && !flags.watch) process.stdout.write(text);
  else print(text);
  const [ref] = refs as [Ref];
  if (flags.watch) await watchResources(session, ref, namespaceOf(session, ref.kind, flags), selectionOf(ref, flags), printer, from);
}
