import type { Command, Option } from 'commander';
import { wordsFromElsewhere } from '../cli/elsewhere.js';

/** What a script takes as: let the shell complete files. */
export const files = ':files';

/** What could stand at the end of a line: these words, or living things of a kind. */
export type Wanted = { words: string[] } | { kinds: true } | { names: string; prefix?: string } | { contexts: true } | { namespaces: true } | { files: true };

/** By the command line alone: `words` are those after `spawnctl`, the last one unfinished. */
export function wanted(program: Command, words: string[]): Wanted {
  const last = words.at(-1) ?? '';
  const { command, given } = descend(program, words.slice(0, -1));
  const before = optionNamed(command, words.at(-2) ?? '');
  if (before && (before.required || before.optional)) return valueOf(before, command);
  const glued = /^(--[a-z-]+)=/.exec(last);
  const option = glued && optionNamed(command, glued[1]!);
  if (option) return prefixed(valueOf(option, command), `${glued[1]!}=`);
  if (last.startsWith('-')) return { words: optionsOf(command).flatMap(({ long, short }) => [long, short].filter((flag) => flag !== undefined && flag !== null)) };
  const subcommands = command.commands.filter((each) => !hidden(each));
  if (subcommands.length > 0 && given.length === 0) return { words: subcommands.map((each) => each.name()) };
  return argument(command, given, last);
}

function hidden(command: Command): boolean {
  return command.name().startsWith('__') || (command.parent?.parent === null && wordsFromElsewhere.includes(command.name()));
}

/** The command that the words lead to, and what else they gave it. */
function descend(program: Command, words: string[]): { command: Command; given: string[] } {
  let command = program;
  const given: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const option = optionNamed(command, word);
    if (option) i += option.required || option.optional ? 1 : 0;
    else if (!word.startsWith('-')) {
      const next = given.length === 0 ? command.commands.find((each) => each.name() === word || each.aliases().includes(word)) : undefined;
      if (next) command = next;
      else given.push(word);
    }
  }
  return { command, given };
}

function optionsOf(command: Command): readonly Option[] {
  const own = command.options.filter((option) => !option.hidden);
  return command.parent ? [...own, ...optionsOf(command.parent)] : own;
}

function optionNamed(command: Command, word: string): Option | undefined {
  return optionsOf(command).find(({ long, short }) => word !== '' && (long === word || short === word));
}

function valueOf({ long }: Option, command: Command): Wanted {
  switch (long) {
    case '--namespace':
      return { namespaces: true };
    case '--context':
      return { contexts: true };
    case '--filename':
    case '--kubeconfig':
    case '--token-file':
    case '--ca':
    case '--to':
      return { files: true };
    case '--output':
      return { words: ['wide', 'json', 'yaml', 'name', 'jsonpath=', 'custom-columns='] };
    case '--template':
      return { names: 'templates' };
    case '--dry-run':
      return { words: command.name() === 'apply' ? ['client', 'server', 'none'] : ['server', 'none'] };
    case '--for':
      return { words: ['condition=Ready', 'condition=Compliant', 'delete', 'create', 'jsonpath='] };
    default:
      return { words: [] };
  }
}

function prefixed(value: Wanted, prefix: string): Wanted {
  return 'words' in value ? { words: value.words.map((word) => prefix + word) } : 'names' in value ? { ...value, prefix } : value;
}

/** What an argument is follows from what help calls it. */
function argument(command: Command, given: string[], last: string): Wanted {
  const all = command.registeredArguments;
  const place = all[Math.min(given.length, all.length - 1)];
  if (!place || (given.length >= all.length && !place.variadic)) return { words: [] };
  const slashed = /^([a-z.]+)\//.exec(last);
  if (slashed) return { names: slashed[1]!, prefix: `${slashed[1]!}/` };
  const ofKind: Wanted = given[0] === undefined || given[0].includes('/') ? { words: [] } : { names: given[0] };
  switch (place.name()) {
    case 'kind':
    case 'field':
      return { kinds: true };
    case 'service':
      return { names: 'services' };
    case 'what':
      return command.name() === 'top' ? { words: ['nodes', 'services'] } : { names: 'services' };
    case 'node':
    case 'nodes':
      return { names: 'nodes' };
    case 'shell':
      return { words: ['bash', 'zsh', 'fish'] };
    case 'name':
      return command.parent?.name() === 'config' ? { contexts: true } : ofKind;
    case 'names':
    case 'words':
      return ofKind;
    default:
      return { words: [] };
  }
}
