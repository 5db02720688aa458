import { kinds } from '@spawnit/contract';
import type { Command } from 'commander';
import { readSettings } from '../config.js';
import { readKubeconfig } from '../kubeconfig.js';
import { print } from '../output/streams.js';
import { kindNamed } from '../refs.js';
import { openSession, type GlobalFlags, type Session } from '../session.js';
import { files, wanted, type Wanted } from './wanted.js';

/** A person waits at a prompt: names that take longer are left out. */
const patienceMs = 2_000;

/** Prints what could stand at the end of the line, one a line. What can't be had is no error: there is nothing to complete then. */
export async function printCandidates(program: Command, words: string[], flags: GlobalFlags): Promise<void> {
  const last = words.at(-1) ?? '';
  const found = await candidates(wanted(program, words), flagsIn(words, flags)).catch(() => []);
  print(found[0] === files ? files : found.filter((word) => word.startsWith(last)).sort().join('\n'));
}

async function candidates(what: Wanted, flags: GlobalFlags): Promise<string[]> {
  if ('words' in what) return what.words;
  if ('files' in what) return [files];
  if ('kinds' in what) return kinds.flatMap(({ plural, singular }) => [plural, singular]);
  if ('contexts' in what) return (readKubeconfig(readSettings()).config.contexts ?? []).map(({ name }) => name);
  const names = 'namespaces' in what ? 'namespaces' : what.names;
  const prefix = 'prefix' in what ? (what.prefix ?? '') : '';
  return (await livingNames(openSession(flags), names)).map((name) => prefix + name);
}

async function livingNames({ client, namespace }: Session, word: string): Promise<string[]> {
  const kind = kindNamed(word);
  const { items } = await client.of(kind).list({ namespace: kind.namespaced ? namespace : undefined, limit: 200, resourceVersion: '0', signal: AbortSignal.timeout(patienceMs) });
  return items.map(({ metadata }) => metadata.name);
}

/** The line's own options say where names are looked for. */
function flagsIn(words: string[], flags: GlobalFlags): GlobalFlags {
  const after = (...names: string[]) => {
    const at = words.findIndex((word) => names.includes(word));
    return at >= 0 && at < words.length - 2 ? words[at + 1] : undefined;
  };
  return { ...flags, namespace: after('-n', '--namespace') ?? flags.namespace, context: after('--context') ?? flags.context, server: after('-s', '--server') ?? flags.server };
}
