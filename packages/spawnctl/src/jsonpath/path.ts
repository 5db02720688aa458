import { CommandError, exits } from '../exit.js';

/** One step from values to values, as kubectl's JSONPath knows them. */
export type Step =
  | { field: string }
  | { from?: number; to?: number; every: number; single: boolean }
  | { all: true }
  | { deep: true }
  | { union: Step[][] }
  | { filter: Filter };

export interface Filter {
  left: Operand;
  /** Without one the left must be there. */
  operator?: Operator;
  right?: Operand;
}
export type Operand = { path: Step[] } | { literal: unknown };
const operators = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

/** `.status.conditions[?(@.type=="Ready")].status` → steps. `$`, `@` and a missing first dot are let pass. Throws a usage error. */
export function parsePath(text: string): Step[] {
  const steps: Step[] = [];
  let rest = text.trim().replace(/^[$@]/, '');
  if (/^[^.[]/.test(rest)) rest = `.${rest}`;
  while (rest !== '') {
    const [step, length] = nextStep(rest, text);
    steps.push(...step);
    rest = rest.slice(length);
  }
  return steps;
}

function nextStep(rest: string, whole: string): [Step[], number] {
  if (rest.startsWith('..')) return [[{ deep: true }], /^\.\.[[]/.test(rest) ? 2 : 1];
  const field = /^\.((?:\\.|[^.[\]{}()\s\\])+)/.exec(rest);
  if (field) return [[field[1] === '*' ? { all: true } : { field: field[1]!.replace(/\\(.)/g, '$1') }], field[0].length];
  if (rest === '.') return [[], 1];
  if (!rest.startsWith('[')) throw bad(whole, `"${rest}" is no step`);
  const end = closing(rest);
  if (end < 0) throw bad(whole, 'a [ has no ]');
  return [[bracket(rest.slice(1, end).trim(), whole)], end + 1];
}

function bracket(inner: string, whole: string): Step {
  if (inner === '*') return { all: true };
  const filter = /^\?\s*\((.*)\)$/s.exec(inner);
  if (filter) return { filter: parseFilter(filter[1]!.trim(), whole) };
  const parts = splitOutsideQuotes(inner, ',');
  if (parts.length > 1) return { union: parts.map((part) => [bracket(part.trim(), whole)]) };
  const quoted = /^'(.*)'$|^"(.*)"$/s.exec(inner);
  if (quoted) return { field: (quoted[1] ?? quoted[2])!.replace(/\\(.)/g, '$1') };
  const range = /^(-?\d+)?(?:(:)(-?\d+)?(?::(\d+))?)?$/.exec(inner);
  if (!range || inner === '' || range[4] === '0') throw bad(whole, `[${inner}] is no index`);
  const number = (word: string | undefined) => (word === undefined ? undefined : Number(word));
  return { from: number(range[1]), to: number(range[3]), every: number(range[4]) ?? 1, single: range[2] === undefined };
}

function parseFilter(text: string, whole: string): Filter {
  for (const operator of operators) {
    const parts = splitOutsideQuotes(text, operator);
    if (parts.length === 2) return { left: operand(parts[0]!.trim(), whole), operator, right: operand(parts[1]!.trim(), whole) };
  }
  return { left: operand(text, whole) };
}

function operand(text: string, whole: string): Operand {
  if (/^[@$.]/.test(text)) return { path: parsePath(text) };
  const quoted = /^'(.*)'$|^"(.*)"$/s.exec(text);
  if (quoted) return { literal: quoted[1] ?? quoted[2] };
  if (text === 'true' || text === 'false') return { literal: text === 'true' };
  if (text !== '' && !Number.isNaN(Number(text))) return { literal: Number(text) };
  throw bad(whole, `"${text}" is neither a path, nor a number, nor text in quotes`);
}

/** Where the bracket that opens the text is closed; brackets in quotes don't count. */
function closing(text: string): number {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === '\\') at++;
    else if (quote) quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === '[') depth++;
    else if (c === ']' && --depth === 0) return at;
  }
  return -1;
}

export function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let quote = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (quote) quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if ('[('.includes(c)) depth++;
    else if ('])'.includes(c)) depth--;
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push('');
      at += separator.length - 1;
      continue;
    }
    parts[parts.length - 1] += c;
  }
  return parts;
}

function bad(path: string, why: string): CommandError {
  return new CommandError(exits.usage, `"${path}" is no JSONPath: ${why}`);
}
