import { sensitiveMask } from '@spawnit/contract';

const shortest = 4;
/** Where a text was shortened. */
const cut = '…';

/**
 * Masks secrets in a stream of text: as they are, in base64 (at each of its three alignments), URL-encoded and JSON-escaped,
 * also when they come in pieces. Secrets of fewer than 4 characters can't be told from other text and stay.
 */
export class Redactor {
  readonly #forms: string[];
  readonly #pattern: RegExp | undefined;
  #held = '';

  constructor(secrets: Iterable<string>) {
    this.#forms = [...new Set([...secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length);
    this.#pattern = this.#forms.length === 0 ? undefined : new RegExp(this.#forms.map(escapeRegExp).join('|'), 'g');
  }

  /** What of it can be shown already; what may be the beginning of a secret is held back. */
  push(text: string): string {
    if (this.#pattern === undefined) return text;
    const all = this.#held + text;
    let out = '';
    let at = 0;
    for (;;) {
      const hold = this.#holdFrom(all, at);
      this.#pattern.lastIndex = at;
      const match = this.#appears(all, at) ? this.#pattern.exec(all) : null;
      if (match === null || match.index >= hold) {
        this.#held = all.slice(hold);
        return out + all.slice(at, hold);
      }
      out += all.slice(at, match.index) + sensitiveMask;
      at = match.index + match[0].length;
    }
  }

  /** The end of the text, or a break in it: gives what was held back, without the beginning of a secret that was cut off. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#withoutBeginning(this.all(rest));
  }

  /** A whole text at once, apart from the stream. Where it says by "…" that it was shortened, a piece of a secret may be left. */
  all(text: string): string {
    const whole = this.#pattern !== undefined && this.#appears(text, 0) ? text.replaceAll(this.#pattern, sensitiveMask) : text;
    const front = whole.endsWith(cut) ? `${this.#withoutBeginning(whole.slice(0, -1))}${cut}` : whole;
    return front.startsWith(cut) ? `${cut}${this.#withoutEnd(front.slice(1))}` : front;
  }

  /** A value in which every text is masked. */
  deep<T>(value: T): T {
    if (typeof value === 'string') return this.all(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => this.deep(item)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.deep(item)])) as T;
  }

  #withoutBeginning(text: string): string {
    const from = this.#holdFrom(text, 0);
    return text.length - from < shortest ? text : text.slice(0, from) + sensitiveMask;
  }

  #withoutEnd(text: string): string {
    const longest = this.#forms[0]?.length ?? 0;
    for (let length = Math.min(text.length, longest - 1); length >= shortest; length -= 1) {
      const beginning = text.slice(0, length);
      if (this.#forms.some((form) => form.length > length && form.endsWith(beginning))) return sensitiveMask + text.slice(length);
    }
    return text;
  }

  /** Asked before the pattern is, which is made ready only when it is first used: for most runs that is never. */
  #appears(text: string, from: number): boolean {
    return this.#forms.some((form) => text.includes(form, from));
  }

  /** The first place from which the rest could be the beginning of a secret. */
  #holdFrom(text: string, at: number): number {
    const longest = this.#forms[0]?.length ?? 0;
    for (let i = Math.max(at, text.length - longest + 1); i < text.length; i += 1) {
      const rest = text.slice(i);
      if (this.#forms.some((form) => form.length > rest.length && form.startsWith(rest))) return i;
    }
    return text.length;
  }
}

/** All texts (and numbers) in a value, however deep. */
export function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.trim().length >= 8);
  const plain = [secret, ...(lines.length > 1 ? lines.map((line) => line.trim()) : [])];
  const escaped = plain.flatMap((text) => [text, jsonEscaped(text), jsonEscaped(jsonEscaped(text)), urlEncoded(text), formEncoded(text)]);
  return [...escaped, ...base64Forms(secret)].filter((form) => form.length >= shortest);
}

/** A secret that stands inside other text has one of three forms, of which only the middle does not depend on its neighbours. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const whole = bytes.toString('base64');
  if (bytes.length < 6) return [whole, whole.replace(/=+$/, '')];
  const inner = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    const first = shift === 0 ? 0 : shift + 1;
    const last = (bytes.length + shift) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(first, last);
  });
  const urlSafe = [whole, ...inner].map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [whole, ...inner, ...urlSafe];
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function urlEncoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

function formEncoded(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice(2);
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
