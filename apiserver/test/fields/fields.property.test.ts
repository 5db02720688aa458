import { serviceKind, type Resource } from '@spawnit/contract';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { leavesOf } from '../../src/fields/leaves.js';
import { merge, without } from '../../src/fields/merge.js';
import { ownersAfter } from '../../src/fields/owners.js';
import { managersIn, stored, type Manager } from '../../src/fields/managers.js';
import { applied } from '../../src/fields/server-side-apply.js';
import type { Shape } from '../../src/fields/shape.js';
import { fromTree, toTree } from '../../src/fields/wire.js';

const runs = { numRuns: 10_000 };
const scalar = fc.constantFrom('x', 'y', 1, 2, true);
const item = fc.record({ id: fc.constantFrom('1', '2', '3'), v: scalar }, { requiredKeys: ['id'] });
const items = fc.uniqueArray(item, { selector: ({ id }) => id, maxLength: 3 });
/** Anything that `shape` describes: a keyed list, a set, a list that is one field, and maps of maps. */
const value = fc.record({ keyed: items, set: fc.uniqueArray(scalar, { maxLength: 3 }), list: fc.array(scalar, { maxLength: 3 }), map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(scalar, fc.dictionary(fc.constantFrom('d', 'e'), scalar, { maxKeys: 2 })), { maxKeys: 3 }) }, { requiredKeys: [] });
const shape: Shape = { fields: { keyed: { keys: ['id'] }, set: { set: true }, list: undefined, map: {} } };
const plain = (of: unknown) => JSON.parse(JSON.stringify(of)) as unknown;

t.test('an object merged with itself, or with nothing, is as it was; merging twice is merging once', async () => {
  fc.assert(fc.property(value, value, (live, wanted) => {
    const once = merge(shape, live, wanted);
    return isDeepStrictEqual(plain(merge(shape, live, live)), plain(live)) && isDeepStrictEqual(plain(merge(shape, live, {})), plain(live)) && isDeepStrictEqual(plain(merge(shape, once, wanted)), plain(once));
  }), runs);
});

t.test('all that is wanted is in what is merged, and nothing that neither had', async () => {
  fc.assert(fc.property(value, value, (live, wanted) => {
    const merged = leavesOf(shape, merge(shape, live, wanted));
    const [had, wants] = [leavesOf(shape, live), leavesOf(shape, wanted)];
    const kept = [...wants].every(([path, leaf]) => isDeepStrictEqual(merged.get(path), leaf) || isDeepStrictEqual(leaf, {}) || isDeepStrictEqual(leaf, []));
    return kept && [...merged.keys()].every((path) => had.has(path) || wants.has(path));
  }), runs);
});

t.test('without all its fields nothing is left; without some, the others are as they were', async () => {
  fc.assert(fc.property(value, fc.nat(), (whole, seed) => {
    const leaves = [...leavesOf(shape, whole).keys()];
    const gone = leaves.filter((_, index) => (seed >> (index % 16)) % 2 === 1 && !leaves[index]!.includes('k:'));
    const left = leavesOf(shape, without(shape, whole, gone));
    const rest = leaves.filter((path) => !gone.includes(path));
    return isDeepStrictEqual(plain(without(shape, whole, leaves)), {}) && isDeepStrictEqual([...left.keys()].sort(), rest.sort());
  }), runs);
});

t.test('fields written as Kubernetes writes them are read back as they were', async () => {
  fc.assert(fc.property(value, (of) => {
    const paths = new Set(leavesOf(shape, of).keys());
    paths.delete('[]');
    return isDeepStrictEqual(fromTree(toTree(paths)), paths);
  }), runs);
});

const service = (spec: object): Resource => ({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 's' }, spec });
const spec = fc.record({ suspend: fc.boolean(), environment: fc.constantFrom('staging', 'production'), parameters: fc.dictionary(fc.constantFrom('a', 'b', 'c'), scalar, { maxKeys: 3 }) }, { requiredKeys: [] });

/** One apply after another, each forced, with what the server does between. */
function apply(live: Resource, manager: string, wanted: object): Resource {
  const merged = applied(serviceKind, live, service(wanted), manager);
  const owners = ownersAfter(serviceKind, live, merged, managersIn(live), { manager, now: '2026-01-01T00:00:00Z', said: service(wanted), apply: { force: true } });
  return { ...merged, metadata: { ...merged.metadata, managedFields: stored(owners) } };
}

t.test('after any applies each applier owns but what is there, and who applied last has what it wants', async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('one', 'two', 'three'), spec), { minLength: 1, maxLength: 8 });
  fc.assert(fc.property(steps, (all) => {
    const end = all.reduce((live, [manager, wanted]) => apply(live, manager, wanted), service({}));
    const [manager, wanted] = all.at(-1)!;
    const there = new Set(leavesOf(undefined, { spec: end.spec }).keys());
    const owned = managersIn(end);
    const has = [...leavesOf(undefined, { spec: wanted })].every(([path]) => path === '["f:spec"]' || there.has(path) || path.includes('f:parameters"]'));
    const mine = owned.find((each) => each.manager === manager);
    return has && owned.every(({ fields }) => [...fields].every((path) => there.has(path))) && (mine === undefined || mine.fields.size > 0);
  }), runs);
});

t.test('what only one applied, and no longer does, is gone; applying it all again changes nothing', async () => {
  fc.assert(fc.property(spec, spec, (first, second) => {
    const end = apply(apply(service({}), 'one', first), 'one', second);
    const leaves = (of: unknown) => [...leavesOf(undefined, of).keys()].filter((path) => !path.endsWith('f:parameters"]') && path !== '[]').sort();
    return isDeepStrictEqual(leaves(end.spec ?? {}), leaves(second)) && isDeepStrictEqual(plain(apply(end, 'one', second)), plain(end));
  }), runs);
});

t.test('of many who change things the eldest are put together', async (t) => {
  const many = Array.from({ length: 14 }, (_, index): Manager => ({ manager: `m${index}`, operation: 'Update', time: `2026-01-01T00:00:${10 + index}Z`, fields: new Set([`["f:spec","f:x${index}"]`]) }));
  const kept = managersIn({ metadata: { name: 'x', managedFields: stored(many) } } as Resource);
  t.equal(kept.length, 10);
  t.equal(kept.find(({ manager }) => manager === 'ancient-changes')!.fields.size, 5);
});
