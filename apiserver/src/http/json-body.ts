import { ApiError } from '@spawnit/contract';
import { rememberDuplicates } from './duplicate-fields.js';
import { duplicatesInJson } from './json-duplicates.js';
import { whereJsonBreaks } from './json-position.js';

/** Deeper than anything real, shallower than what recursion can bear. */
export const deepest = 100;

/** As it is, or with escapes. A look at each value costs several times what reading them does. */
const mayHavePrototypeKeys = /__proto__|\\u/;

/** Reads a JSON body. Throws BadRequest with line and column; nothing of the body is in the message, for it may hold secrets. */
export function readJson(text: string): unknown {
  const written = membersOf(text);
  const body = parse(text);
  // What stands twice is left once: so only a body that has duplicates is gone through for which they are.
  if (countOf(body) !== written) rememberDuplicates(body, duplicatesInJson(text));
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, mayHavePrototypeKeys.test(text) ? refusePrototypeKeys : undefined) as unknown;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const { line, column, found } = whereJsonBreaks(text);
    throw new ApiError('BadRequest', `the body is not valid JSON: unexpected ${found} at line ${line}, column ${column}`);
  }
}

function refusePrototypeKeys(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new ApiError('BadRequest', 'the body has a key "__proto__": it is refused');
  return value;
}

/** How many members the objects of a text have together, as it is written. Throws BadRequest when it is too deep. */
function membersOf(text: string): number {
  let depth = 0;
  let members = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x3a) members++;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) throw new ApiError('BadRequest', `the body is nested more than ${deepest} deep`);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return members;
}

/** How many members the objects of a value have together. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = parts === value ? 0 : parts.length;
  for (const part of parts) if (typeof part === 'object') count += countOf(part);
  return count;
}
