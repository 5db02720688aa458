import { parse } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { readNamed } from '../refs.js';
import type { Session } from '../session.js';
import { readDryRun, teller } from './apply.js';

export interface PatchFlags {
  patch: string;
  type: string;
  dryRun?: string;
  output?: string;
}

/** Changes fields of one resource. */
export async function patch(session: Session, words: string[], flags: PatchFlags): Promise<void> {
  const { type } = flags;
  if (type !== 'merge' && type !== 'json') throw new CommandError(exits.usage, `--type must be merge or json (got ${type})`);
  const dryRun = readDryRun(flags.dryRun);
  const tell = teller(flags.output, dryRun);
  const change = readPatch(flags.patch, type);
  const [{ kind, name }] = readNamed(words) as [ReturnType<typeof readNamed>[number]];
  const resources = session.client.of(kind);
  const namespace = kind.namespaced ? session.namespace : undefined;
  const { metadata } = await resources.get(name, namespace);
  const changed = await resources.patch(name, namespace, change, { type, dryRun });
  tell(changed, changed.metadata.resourceVersion === metadata.resourceVersion && !dryRun ? 'unchanged' : 'patched');
}

function readPatch(text: string, type: 'merge' | 'json'): unknown {
  const wanted = type === 'json' ? 'a list of operations' : 'a mapping, such as {"spec":{"suspend":true}}';
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new CommandError(exits.usage, `--patch is neither JSON nor YAML: ${(error as Error).message.split('\n')[0]!.replace(/:$/, '')}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== (type === 'json')) throw new CommandError(exits.usage, `--patch must be ${wanted}`);
  return value;
}
