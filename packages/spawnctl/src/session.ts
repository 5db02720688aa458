import { Client, kindByAlias, kinds, nearest, type KindDefinition } from '@spawnit/contract';
import { readSettings, type Settings } from './config.js';
import { CommandError, exits } from './exit.js';
import { resolveTarget, type Target } from './kubeconfig.js';

export interface GlobalFlags {
  context?: string;
  namespace?: string;
  server?: string;
  token?: string;
}

/** What every command works with. Aborted by Ctrl-C. */
export interface Session {
  settings: Settings;
  target: Target;
  client: Client;
  namespace: string;
  signal: AbortSignal;
  /** Results, on stdout. */
  print(text: string): void;
  /** Progress and remarks, on stderr. */
  note(text: string): void;
}

export function openSession(flags: GlobalFlags, signal: AbortSignal): Session {
  const settings = readSettings();
  const target: Target = flags.server ? { server: flags.server, token: flags.token, namespace: 'default' } : resolveTarget(settings, flags.context);
  const token = flags.token ?? target.token;
  return {
    settings,
    target,
    client: new Client({ server: target.server, token, ca: target.ca, userAgent: 'spawnctl' }),
    namespace: flags.namespace ?? target.namespace,
    signal,
    print: (text) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** The kind that a word means. Throws a usage error with the nearest known one. */
export function kindNamed(word: string): KindDefinition {
  const kind = kindByAlias(word);
  if (kind) return kind;
  const near = nearest(word, kinds.flatMap((k) => [k.plural, k.singular, ...k.shortNames]));
  throw new CommandError(exits.usage, `there is no kind "${word}"${near ? `; did you mean "${near}"?` : ''} (kinds: ${kinds.map((k) => k.plural).join(', ')})`);
}

export interface Ref {
  kind: KindDefinition;
  name?: string;
}

/** Reads `services`, `service web db` and `service/web` alike. */
export function readRefs(words: string[]): Ref[] {
  if (words.length === 0) throw new CommandError(exits.usage, `say which kind: ${kinds.map((k) => k.plural).join(', ')}`);
  if (words[0]!.includes('/')) {
    return words.map((word) => {
      const [kind, name] = word.split('/', 2);
      if (!name) throw new CommandError(exits.usage, `"${word}" is not KIND/NAME`);
      return { kind: kindNamed(kind!), name };
    });
  }
  const [first, ...names] = words;
  const found = first!.split(',').map(kindNamed);
  if (found.length > 1 && names.length > 0) throw new CommandError(exits.usage, 'names can be given for one kind only');
  return names.length > 0 ? names.map((name) => ({ kind: found[0]!, name })) : found.map((kind) => ({ kind }));
}

/** Reads a ref of one service, job or node, where the kind may be left out. */
export function readRef(word: string, kind: string): Required<Ref> {
  const [ref] = word.includes('/') ? readRefs([word]) : [{ kind: kindNamed(kind), name: word }];
  return ref as Required<Ref>;
}
