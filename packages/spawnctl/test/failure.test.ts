import { ApiError } from '@spawnit/contract';
import t from 'tap';
import { explain } from '../src/failure.js';

const conflict = (field: string) => ({ reason: 'FieldManagerConflict', field, message: 'conflict with "shop"' });
const hint = 'Leave the field out, give it the same value, or take it over with force (--force-conflicts)';

await t.test('several conflicts of an apply are told line by line, and then what to do', async (t) => {
  const error = new ApiError('Conflict', `Apply failed with 2 conflicts: conflict with "shop": .spec.a; conflict with "shop": .spec.b. ${hint}`, { causes: [conflict('.spec.a'), conflict('.spec.b')] });
  t.equal(explain(error), 'error: Apply failed with 2 conflicts\n  .spec.a: conflict with "shop"\n  .spec.b: conflict with "shop"\n  leave the fields out, give them the same values, or take them over with force (--force-conflicts)');
});

await t.test('one says so itself, and what is merely invalid says nothing of force', async (t) => {
  const one = new ApiError('Conflict', `Apply failed with 1 conflict: conflict with "shop": .spec.a. ${hint}`, { causes: [conflict('.spec.a')] });
  t.equal(explain(one), `error: ${one.message}`);
  const invalid = new ApiError('Invalid', 'Service "a" is invalid: x; y', { causes: [{ field: 'a', message: 'x' }, { field: 'b', message: 'y' }] });
  t.notMatch(explain(invalid), /force/);
});
