import { kindByAlias, kinds, nearest, type KindDefinition } from '@spawnit/contract';
import { CommandError, exits } from './exit.js';

export interface Ref {
  kind: KindDefinition;
  name?: string;
}

/** The kind that a word means, also as `services.spawnit.dev`. Throws a usage error with the nearest known one, or what else may be meant. */
export function kindNamed(word: string, otherwise = ''): KindDefinition {
  const [alias, ...group] = word.split('.');
  const kind = kindByAlias(alias!);
  if (kind && (group.length === 0 || kind.group === group.join('.') || `v1.${kind.group}` === group.join('.'))) return kind;
  // Short names are near to anything that is short.
  const near = nearest(word, kinds.flatMap((k) => [k.plural, k.singular, ...k.shortNames.filter((name) => word.startsWith(name))]));
  throw new CommandError(exits.usage, `there is no kind "${word}"${near ? `; did you mean "${near}"?` : otherwise} (kinds: ${kinds.map((k) => k.plural).join(', ')})`);
}

/** Reads `services`, `services,jobs`, `all`, `service web db` and `service/web` alike. */
export function readRefs(words: string[]): Ref[] {
  if (words.length === 0) throw new CommandError(exits.usage, `say which kind: ${kinds.map((k) => k.plural).join(', ')}`);
  if (words.some((word) => word.includes('/'))) return words.map(slashed);
  const [first, ...names] = words;
  const found = [...new Set(first!.split(',').flatMap((word) => kindsNamed(word, names.length > 0)))];
  if (found.length > 1 && names.length > 0) throw new CommandError(exits.usage, 'names can be given for one kind only; or say KIND/NAME for each');
  return names.length > 0 ? names.map((name) => ({ kind: found[0]!, name: given(name) })) : found.map((kind) => ({ kind }));
}

/** As readRefs, where each must have a name. */
export function readNamed(words: string[]): Required<Ref>[] {
  return readRefs(words).map(({ kind, name }) => {
    if (name === undefined) throw new CommandError(exits.usage, `say which ${kind.singular}: ${kind.singular} NAME, or ${kind.singular}/NAME`);
    return { kind, name };
  });
}

/** Reads a ref of one service, job or node, where the kind may be left out. */
export function readRef(word: string, kind: string): Required<Ref> {
  return word.includes('/') ? slashed(word) : { kind: kindNamed(kind), name: given(word) };
}

/** As readRef, of a service and nothing else. */
export function serviceNamed(word: string): string {
  const { kind, name } = readRef(word, 'service');
  if (kind.kind !== 'Service') throw new CommandError(exits.usage, `this is for services, and ${word} is a ${kind.singular}`);
  return name;
}

/** `service/web`, as progress and messages call it. */
export function refName({ kind, name }: Required<Ref>): string {
  return `${kind.singular}/${name}`;
}

/** Of a variable that is not set, the empty word is what is left: it must not mean everything, or nothing. */
function given(name: string): string {
  if (name.trim() === '') throw new CommandError(exits.usage, 'a name is empty: is a variable not set?');
  return name;
}

function slashed(word: string): Required<Ref> {
  const [kind, name, ...rest] = word.split('/');
  if (!name || rest.length > 0) throw new CommandError(exits.usage, `"${word}" is not KIND/NAME; when one argument has a "/", all must`);
  return { kind: kindNamed(kind!), name };
}

/** Who writes one word alone may mean a service by it, as with commands that are for services. */
function kindsNamed(word: string, withNames: boolean): KindDefinition[] {
  return word === 'all' ? kinds.filter((k) => k.kind === 'Service' || k.kind === 'Job') : [kindNamed(word, withNames ? '' : `; of a service say \`service ${word}\``)];
}
