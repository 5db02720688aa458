import t from 'tap';
import { mergeMap } from '../../src/edit/merge-map.js';

const never = (key: string): never => {
  throw new Error(`clash at ${key}`);
};

t.test('what a draft has changed is laid over what is there now; what others have changed stays', async (t) => {
  t.same(mergeMap({ a: '1', b: '1' }, { a: '2', c: '1' }, { a: '1', b: '1', team: 'red' }, never), { a: '2', c: '1', team: 'red' });
  t.same(mergeMap({ a: '1' }, { a: '1' }, { a: '9' }, never), { a: '9' }, 'what the draft leaves alone is as others want it');
  t.same(mergeMap({ a: '1', order: 'x' }, { a: '1', order: 'x' }, { a: '1' }, never), { a: '1' }, 'what others took away does not come back');
  t.same(mergeMap(undefined, undefined, { order: 'x' }, never), { order: 'x' });
  t.same(mergeMap({ a: '1' }, { a: '2' }, { a: '2' }, never), { a: '2' }, 'both wanted the same');
});

t.test('what both have changed to something else is a clash, also when one of them took it away', async (t) => {
  t.throws(() => mergeMap({ a: '1' }, { a: '2' }, { a: '3' }, never), { message: 'clash at a' });
  t.throws(() => mergeMap({ a: '1' }, {}, { a: '3' }, never), { message: 'clash at a' });
  t.throws(() => mergeMap({}, { a: '2' }, { a: '3' }, never), { message: 'clash at a' });
});
