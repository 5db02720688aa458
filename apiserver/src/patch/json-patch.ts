import { ApiError, isObject } from '@spawnit/contract';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { deepest } from '../http/json-body.js';

const pointer = z.string().regex(/^(\/.*)?$/s, 'must be a JSON pointer, which starts with "/"');
const Operation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), path: pointer, value: z.unknown() }),
  z.object({ op: z.literal('replace'), path: pointer, value: z.unknown() }),
  z.object({ op: z.literal('test'), path: pointer, value: z.unknown() }),
  z.object({ op: z.literal('remove'), path: pointer }),
  z.object({ op: z.literal('move'), path: pointer, from: pointer }),
  z.object({ op: z.literal('copy'), path: pointer, from: pointer }),
]);
type Operation = z.infer<typeof Operation>;
const mostOperations = 1_000;
/** Characters that all copies of a patch may come to: each can double the object, so that thirty would fill any memory. */
const mostCopied = 1_000_000;

/** JSON patch (RFC 6902), all or nothing. `target` is not changed. Throws BadRequest for a bad patch, Invalid when it can't be applied. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  const parsed = z.array(Operation).max(mostOperations).safeParse(patch);
  if (!parsed.success) throw new ApiError('BadRequest', `the body is no JSON patch (RFC 6902): ${parsed.error.issues.map((i) => `${i.path.join('.')} ${i.message}`).join('; ')}`);
  const copied = { left: mostCopied };
  const patched = parsed.data.reduce((document, operation, index) => applyOne(document, operation, index, copied), structuredClone(target));
  if (isDeeper(patched, deepest)) throw new ApiError('Invalid', `what the patch makes is nested more than ${deepest} deep`);
  return patched;
}

/** Copies into themselves and long paths nest deeper than any body may, and than what recurses into objects can bear. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function applyOne(document: unknown, operation: Operation, index: number, copied: { left: number }): unknown {
  const fail = (why: string) => new ApiError('Invalid', `operation ${index} of the patch (${operation.op} ${operation.path}) can't be applied: ${why}`);
  const path = partsOf(operation.path);
  switch (operation.op) {
    case 'add':
      return add(document, path, operation.value, fail);
    case 'remove':
      return remove(document, path, fail);
    case 'replace':
      return path.length === 0 ? operation.value : add(remove(document, path, fail), path, operation.value, fail);
    case 'test':
      if (!isDeepStrictEqual(get(document, path, fail), operation.value)) throw fail('the value there is another');
      return document;
    case 'copy':
      return add(document, path, copyOf(get(document, partsOf(operation.from), fail), copied, fail), fail);
    case 'move': {
      if (operation.path.startsWith(`${operation.from}/`)) throw fail('nothing can be moved into itself');
      const value = get(document, partsOf(operation.from), fail);
      return add(remove(document, partsOf(operation.from), fail), path, value, fail);
    }
  }
}

type Fail = (why: string) => ApiError;

function copyOf(value: unknown, copied: { left: number }, fail: Fail): unknown {
  if (isDeeper(value, deepest)) throw fail(`what is copied is nested more than ${deepest} deep`);
  const text = JSON.stringify(value);
  if ((copied.left -= text.length) < 0) throw fail(`the copies of this patch come to more than ${mostCopied} characters`);
  return JSON.parse(text) as unknown;
}

function partsOf(path: string): string[] {
  return path.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function get(document: unknown, path: string[], fail: Fail): unknown {
  return path.reduce((at, part) => {
    if (Array.isArray(at)) return at[indexIn(at, part, at.length - 1, fail)] as unknown;
    if (isObject(at) && Object.hasOwn(at, part)) return at[part];
    throw fail(`there is no ${JSON.stringify(part)}`);
  }, document);
}

function add(document: unknown, path: string[], value: unknown, fail: Fail): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  const holder = get(document, path.slice(0, -1), fail);
  if (Array.isArray(holder)) holder.splice(last === '-' ? holder.length : indexIn(holder, last, holder.length, fail), 0, value);
  else if (isObject(holder) && last !== '__proto__') holder[last] = value;
  else throw fail('what it lies in is neither an object nor a list');
  return document;
}

function remove(document: unknown, path: string[], fail: Fail): unknown {
  const last = path.at(-1);
  if (last === undefined) throw fail('the whole object can not be removed');
  const holder = get(document, path.slice(0, -1), fail);
  get(holder, [last], fail);
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete (holder as Record<string, unknown>)[last];
  return document;
}

function indexIn(list: unknown[], part: string, most: number, fail: Fail): number {
  if (!/^(0|[1-9]\d*)$/.test(part)) throw fail(`${JSON.stringify(part)} is no index of a list`);
  if (Number(part) > most) throw fail(`the list has ${list.length} entries`);
  return Number(part);
}
