import { ApiError, namespaceKind, serviceKind, type Resource } from '@spawnit/contract';
import t from 'tap';
import { applyPatch } from '../../src/patch/apply-patch.js';
import { jsonPatch } from '../../src/patch/json-patch.js';
import { mergePatch } from '../../src/patch/merge-patch.js';
import { strategicMergePatch } from '../../src/patch/strategic-merge-patch.js';

t.test('a merge patch does what the table of RFC 7386 says', async (t) => {
  const table: [target: unknown, patch: unknown, result: unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']],
    [{ a: 'b' }, ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of table) t.strictSame(mergePatch(target, patch), result, `${JSON.stringify(target)} + ${JSON.stringify(patch)}`);
});

t.test('a JSON patch does each operation of RFC 6902', async (t) => {
  const target = { a: { b: [1, 2] }, 'x/y': 1, 'm~n': 2 };
  const cases: [patch: unknown[], result: unknown][] = [
    [[{ op: 'add', path: '/a/b/1', value: 9 }], { ...target, a: { b: [1, 9, 2] } }],
    [[{ op: 'add', path: '/a/b/-', value: 9 }], { ...target, a: { b: [1, 2, 9] } }],
    [[{ op: 'add', path: '/a/c', value: null }], { ...target, a: { b: [1, 2], c: null } }],
    [[{ op: 'remove', path: '/a/b/0' }], { ...target, a: { b: [2] } }],
    [[{ op: 'replace', path: '/x~1y', value: 3 }], { ...target, 'x/y': 3 }],
    [[{ op: 'replace', path: '/m~0n', value: 3 }], { ...target, 'm~n': 3 }],
    [[{ op: 'move', from: '/a/b', path: '/c' }], { ...target, a: {}, c: [1, 2] }],
    [[{ op: 'copy', from: '/a', path: '/c' }, { op: 'add', path: '/c/b/0', value: 0 }], { ...target, c: { b: [0, 1, 2] } }],
    [[{ op: 'test', path: '/a/b', value: [1, 2] }], target],
    [[{ op: 'replace', path: '', value: { z: 1 } }], { z: 1 }],
  ];
  for (const [patch, result] of cases) t.strictSame(jsonPatch(target, patch), result, JSON.stringify(patch));
  t.strictSame(target, { a: { b: [1, 2] }, 'x/y': 1, 'm~n': 2 }, 'the target itself is never changed');
});

t.test('a JSON patch that cannot be applied says which operation and why', async (t) => {
  const refuse = (patch: unknown, code: string, message: RegExp) => t.throws(() => jsonPatch({ a: [1] }, patch), { code, message } as unknown as Error, JSON.stringify(patch));
  refuse([{ op: 'test', path: '/a', value: [2] }], 'Invalid', /operation 0 of the patch \(test \/a\).*another/);
  refuse([{ op: 'remove', path: '/b' }], 'Invalid', /there is no "b"/);
  refuse([{ op: 'add', path: '/a/3', value: 1 }], 'Invalid', /the list has 1 entries/);
  refuse([{ op: 'add', path: '/a/01', value: 1 }], 'Invalid', /no index/);
  refuse([{ op: 'move', from: '/a', path: '/a/0' }], 'Invalid', /into itself/);
  refuse([{ op: 'add', path: '/__proto__/x', value: 1 }], 'Invalid', /there is no "__proto__"/);
  refuse([{ op: 'add', path: '/__proto__', value: 1 }], 'Invalid', /neither/);
  refuse([{ op: 'fly', path: '/a' }], 'BadRequest', /no JSON patch/);
  refuse({ a: 1 }, 'BadRequest', /no JSON patch/);
});

t.test('a strategic merge patch unites plain lists and heeds its directives', async (t) => {
  const target = { metadata: { labels: { a: '1' }, finalizers: ['x', 'y'] } };
  t.strictSame(strategicMergePatch(target, { metadata: { labels: { a: null, b: '2' }, $setElementOrder: 1 } }), { metadata: { labels: { b: '2' }, finalizers: ['x', 'y'] } });
  t.strictSame(strategicMergePatch(target, { metadata: { finalizers: ['z'] } }), { metadata: { labels: { a: '1' }, finalizers: ['x', 'y', 'z'] } });
  t.strictSame(strategicMergePatch(target, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x'] } }), { metadata: { labels: { a: '1' }, finalizers: ['y'] } });
  t.strictSame(strategicMergePatch(target, { metadata: { labels: { $patch: 'replace', c: '3' } } }), { metadata: { labels: { c: '3' }, finalizers: ['x', 'y'] } });
  t.strictSame(strategicMergePatch(target, { metadata: { $retainKeys: ['labels'] } }), { metadata: { labels: { a: '1' } } });
});

t.test('a kind of our own refuses strategic merge patch, as Kubernetes does, and says what it takes', async (t) => {
  const none = {} as Resource;
  t.throws(() => applyPatch(serviceKind, 'application/strategic-merge-patch+json', none, {}), { code: 'UnsupportedMediaType' } as unknown as ApiError);
  t.throws(() => applyPatch(serviceKind, 'text/plain', none, {}), { message: /send application\/merge-patch\+json or .*application\/apply-patch\+yaml/ });
  t.strictSame(applyPatch(namespaceKind, 'application/strategic-merge-patch+json', none, { a: 1 }), { a: 1 });
});

t.test('copies can not make a small patch into a huge object', async (t) => {
  const doubling = Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${i}` }));
  t.throws(() => jsonPatch({ a: { b: 'c' } }, doubling), { code: 'Invalid', message: /copies of this patch come to more than/ });
});

t.test('copies into each other nest no deeper than a body may', async (t) => {
  const deep = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
  const into = (levels: number) => `/m${'/a'.repeat(levels)}`;
  const nesting = Array.from({ length: 11 }, (_, i) => ({ op: 'copy', from: '/m', path: into(90 * 2 ** i) }));
  t.throws(() => jsonPatch({ m: deep(90) }, nesting), { code: 'Invalid', message: /more than 100 deep/ } as unknown as ApiError);
  t.throws(() => jsonPatch({ m: deep(90) }, [{ op: 'add', path: into(90), value: deep(10) }]), { code: 'Invalid', message: /more than 100 deep/ } as unknown as ApiError);
  t.strictSame(jsonPatch({ m: deep(90) }, [{ op: 'add', path: into(90), value: deep(9) }]), { m: deep(99) });
});
