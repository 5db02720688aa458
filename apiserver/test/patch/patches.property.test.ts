import { ApiError, isObject } from '@spawnit/contract';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { jsonPatch } from '../../src/patch/json-patch.js';
import { mergePatch } from '../../src/patch/merge-patch.js';
import { strategicMergePatch } from '../../src/patch/strategic-merge-patch.js';

const runs = { numRuns: 10_000 };
const key = fc.constantFrom('a', 'b', 'c/d', '~', 'e', '$x', 'constructor');
/** JSON as people send it; nulls only where asked for. */
const value = (withNull: boolean) =>
  fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y', '', true), ...(withNull ? [fc.constant(null)] : []), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(key, tie('any'), { maxKeys: 3 })),
  })).any;
const object = (withNull: boolean) => fc.dictionary(key, value(withNull), { maxKeys: 4 });
const plain = (of: unknown) => JSON.parse(JSON.stringify(of)) as unknown;
const same = (a: unknown, b: unknown) => isDeepStrictEqual(plain(a), plain(b));

t.test('a merge patch: twice is once, nothing is nothing, and neither argument is changed', async () => {
  const law = (target: object, patch: object) => {
    const before = JSON.stringify([target, patch]);
    const once = mergePatch(target, patch);
    return same(mergePatch(once, patch), once) && same(mergePatch(target, {}), target) && JSON.stringify([target, patch]) === before;
  };
  fc.assert(fc.property(object(false), object(true), law), runs);
});

t.test('a merge patch that says where two objects differ makes the one of the other', async () => {
  const difference = (from: unknown, to: unknown): unknown => {
    if (!isObject(from) || !isObject(to)) return to;
    const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
    const parts = [...keys].filter((each) => !Object.hasOwn(to, each) || !Object.hasOwn(from, each) || !same(from[each], to[each]));
    return Object.fromEntries(parts.map((each) => [each, Object.hasOwn(to, each) ? difference(Object.hasOwn(from, each) ? from[each] : undefined, to[each]) : null]));
  };
  fc.assert(fc.property(object(false), object(false), (from, to) => same(mergePatch(from, difference(from, to)), to)), runs);
});

t.test('a strategic merge patch without lists and directives is a merge patch, and never fails', async () => {
  const listless = (of: unknown): boolean => !Array.isArray(of) && (!isObject(of) || Object.entries(of).every(([name, each]) => !name.startsWith('$') && listless(each)));
  const law = (target: object, patch: object) => {
    const before = JSON.stringify([target, patch]);
    const patched = strategicMergePatch(target, patch);
    return JSON.stringify([target, patch]) === before && (!listless(patch) || same(patched, mergePatch(target, patch)));
  };
  fc.assert(fc.property(object(false), object(true), law), runs);
});

const pointer = fc.array(fc.oneof(key, fc.constantFrom('0', '1', '-')), { maxLength: 3 }).map((parts) => parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
const operation = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value: value(true) }),
  fc.record({ op: fc.constant('remove'), path: pointer }),
  fc.record({ op: fc.constantFrom('move', 'copy'), path: pointer, from: pointer }),
);

t.test('a JSON patch of any shape is applied as a whole or refused by a coded error, and the target stays as it was', async () => {
  const law = (target: object, patch: unknown) => {
    const before = JSON.stringify(target);
    try {
      jsonPatch(target, patch);
    } catch (error) {
      if (!ApiError.is(error, 'BadRequest', 'Invalid')) throw error;
    }
    return JSON.stringify(target) === before;
  };
  fc.assert(fc.property(object(true), fc.oneof(fc.array(operation, { maxLength: 6 }), value(true)), law), runs);
});

t.test('what a JSON patch adds it finds, and removing it again gives what was', async () => {
  const law = (target: Record<string, unknown>, name: string, given: unknown) => {
    const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const { [name]: _old, ...without } = target;
    const added = jsonPatch(without, [{ op: 'add', path, value: given }, { op: 'test', path, value: given }]);
    return same(jsonPatch(added, [{ op: 'remove', path }]), without);
  };
  fc.assert(fc.property(object(true), key, value(true), law), runs);
});
