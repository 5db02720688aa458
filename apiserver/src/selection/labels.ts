import { ApiError } from '@spawnit/contract';

type Labels = Record<string, string>;
export type LabelTest = (labels: Labels) => boolean;

/**
 * Kubernetes' label selectors: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, `a>1`, `a<1`, joined by commas.
 * Throws BadRequest that says where it can't be read. Grammar: k8s.io/apimachinery/pkg/labels.
 */
export function parseLabelSelector(text: string): LabelTest {
  const reader = new Reader(text);
  if (reader.peek() === '') return () => true;
  const tests = [requirement(reader)];
  while (reader.take(',')) tests.push(requirement(reader));
  if (reader.peek() !== '') throw reader.fail('"," or the end');
  return (labels) => tests.every((test) => test(labels));
}

function requirement(reader: Reader): LabelTest {
  if (reader.take('!')) {
    const key = reader.word('a label key');
    return (labels) => !Object.hasOwn(labels, key);
  }
  const key = reader.word('a label key');
  const value = (labels: Labels) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  const operator = reader.peek();
  if (operator === '' || operator === ',') return (labels) => value(labels) !== undefined;
  reader.next();
  return comparison(reader, operator, value);
}

function comparison(reader: Reader, operator: string, value: (labels: Labels) => string | undefined): LabelTest {
  switch (operator) {
    case '=':
    case '==':
      return equals(reader.value(), value);
    case '!=':
      return not(equals(reader.value(), value));
    case 'in':
      return oneOf(reader.values(), value);
    case 'notin':
      return not(oneOf(reader.values(), value));
    case '>':
    case '<':
      return compares(reader, operator, value);
    default:
      throw reader.fail('one of =, ==, !=, in, notin, > and <', operator);
  }
}

function equals(wanted: string, value: (labels: Labels) => string | undefined): LabelTest {
  return (labels) => value(labels) === wanted;
}

function oneOf(wanted: Set<string>, value: (labels: Labels) => string | undefined): LabelTest {
  return (labels) => wanted.has(value(labels) as string);
}

function compares(reader: Reader, operator: '>' | '<', value: (labels: Labels) => string | undefined): LabelTest {
  const text = reader.value();
  if (!/^-?\d+$/.test(text)) throw reader.fail('a whole number', text);
  return (labels) => {
    const found = value(labels);
    if (found === undefined || !/^-?\d+$/.test(found)) return false;
    return operator === '>' ? Number(found) > Number(text) : Number(found) < Number(text);
  };
}

function not(test: LabelTest): LabelTest {
  return (labels) => !test(labels);
}

const tokens = /\s*(==|!=|[=!,()<>]|[^\s=!,()<>]+)/y;
const plain = /^[A-Za-z0-9_./-]*$/;

class Reader {
  readonly #text: string;
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    for (const match of text.matchAll(new RegExp(tokens, 'gy'))) this.#tokens.push(match[1]!);
  }

  peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  next(): string {
    const token = this.peek();
    this.#at++;
    return token;
  }

  take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#at++;
    return true;
  }

  word(what: string): string {
    const token = this.peek();
    if (token === '' || !plain.test(token)) throw this.fail(what, token);
    return this.next();
  }

  /** May be empty, as in `a=`. */
  value(): string {
    const token = this.peek();
    return token === '' || token === ',' ? '' : this.word('a label value');
  }

  values(): Set<string> {
    if (!this.take('(')) throw this.fail('"("', this.peek());
    const found = new Set<string>();
    do found.add(this.peek() === ')' ? '' : this.value());
    while (this.take(','));
    if (!this.take(')')) throw this.fail('")"', this.peek());
    return found;
  }

  fail(expected: string, found = this.peek()): ApiError {
    return new ApiError('BadRequest', `labelSelector ${JSON.stringify(this.#text)} can't be read: expected ${expected}, found ${found === '' ? 'the end' : JSON.stringify(found)}`);
  }
}
