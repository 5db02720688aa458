import t from 'tap';
import { z } from 'zod';
import { kindByAlias, kinds } from '../src/kinds/registry.js';
import { withCondition } from '../src/meta.js';

t.test('no two kinds share a name that people type', async (t) => {
  const aliases = kinds.flatMap((k) => [...new Set([k.plural, k.singular, ...k.shortNames])]);
  t.same(aliases.filter((a, i) => aliases.indexOf(a) !== i), []);
  t.equal(kindByAlias('SVC')?.kind, 'Service');
});

t.test('every kind can be written down as JSON Schema', async (t) => {
  for (const kind of kinds) {
    t.doesNotThrow(() => z.toJSONSchema(kind.spec, { io: 'input' }), kind.kind);
    if (kind.status) t.doesNotThrow(() => z.toJSONSchema(kind.status!, { io: 'input' }), `${kind.kind} status`);
  }
});

t.test('every field of a status has a writer', async (t) => {
  for (const kind of kinds) {
    const fields = Object.keys((kind.status as z.ZodObject | undefined)?.shape ?? {});
    const owned = (field: string) => '' in kind.statusOwners || Object.keys(kind.statusOwners).some((path) => path === field || path.startsWith(`${field}[`));
    t.same(fields.filter((f) => !owned(f)), [], kind.kind);
  }
});

t.test('the transition time of a condition moves only with its status', async (t) => {
  const first = withCondition(undefined, { type: 'Ready', status: 'False', reason: 'A', message: '' }, '2026-01-01T00:00:00.000Z');
  const second = withCondition(first, { type: 'Ready', status: 'False', reason: 'B', message: 'x' }, '2026-01-02T00:00:00.000Z');
  const third = withCondition(second, { type: 'Ready', status: 'True', reason: 'C', message: '' }, '2026-01-03T00:00:00.000Z');
  t.match(second, [{ reason: 'B', lastTransitionTime: '2026-01-01T00:00:00.000Z' }]);
  t.match(third, [{ reason: 'C', lastTransitionTime: '2026-01-03T00:00:00.000Z' }]);
});
