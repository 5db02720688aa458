import type { Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { resourceName } from '../output/format.js';
import { print } from '../output/streams.js';
import { readNamed, type Ref } from '../refs.js';
import type { Session } from '../session.js';

type Marks = Record<string, string | null>;

/** `KIND NAME key=value other-`: sets some, takes others away. One that has another value is changed only with `overwrite`. */
export async function mark(session: Session, what: 'label' | 'annotate', words: string[], overwrite: boolean): Promise<void> {
  const isMark = (word: string) => word.includes('=') || word.endsWith('-');
  const marks = readMarks(words.filter(isMark));
  if (Object.keys(marks).length === 0) throw new CommandError(exits.usage, `say what to ${what}: key=value to set, key- to take away`);
  for (const ref of readNamed(words.filter((word) => !isMark(word)))) await markOne(session, what, ref, marks, overwrite);
}

async function markOne(session: Session, what: 'label' | 'annotate', { kind, name }: Required<Ref>, marks: Marks, overwrite: boolean): Promise<void> {
  const resources = session.client.of(kind);
  const namespace = kind.namespaced ? session.namespace : undefined;
  const part = what === 'label' ? 'labels' : 'annotations';
  const live = await resources.get(name, namespace);
  const taken = overwrite ? undefined : changedMark(live.metadata[part], marks);
  if (taken) throw new CommandError(exits.conflict, `${resourceName(live)} has ${taken}=${live.metadata[part]![taken]} already: add --overwrite to change it`);
  const changed: Resource = await resources.patch(name, namespace, { metadata: { [part]: marks } });
  const done = changed.metadata.resourceVersion === live.metadata.resourceVersion ? 'unchanged' : what === 'label' ? 'labeled' : 'annotated';
  print(`${resourceName(changed)} ${done}`);
}

function changedMark(live: Record<string, string> | undefined, marks: Marks): string | undefined {
  return Object.keys(marks).find((key) => marks[key] !== null && live?.[key] !== undefined && live[key] !== marks[key]);
}

function readMarks(words: string[]): Marks {
  const marks: Marks = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    const [key, value] = equals < 0 ? [word.slice(0, -1), null] : [word.slice(0, equals), word.slice(equals + 1)];
    if (key === '') throw new CommandError(exits.usage, `"${word}" has no key: key=value sets, key- takes away`);
    if (Object.hasOwn(marks, key) && marks[key] !== value) throw new CommandError(exits.usage, `${key} is given twice: say once what it is to be`);
    marks[key] = value;
  }
  return marks;
}
