import { ApiError } from '@spawnit/contract';
import { whereJsonBreaks } from './json-position.js';

/** Deeper than anything real, shallower than what recursion can bear. */
const deepest = 100;

/** As it is, or with escapes. A look at each value costs several times what reading them does. */
const mayHavePrototypeKeys = /__proto__|\\u/;

/** Reads a JSON body. Throws BadRequest with line and column; nothing of the body is in the message, for it may hold secrets. */
export function readJson(text: string): unknown {
  assertShallow(text);
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

function assertShallow(text: string): void {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) throw new ApiError('BadRequest', `the body is nested more than ${deepest} deep`);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}
