import t from 'tap';
import { madeIn, subjectOf } from '../../src/docker/engine-events.js';

const labels = { 'spawnit.dev/cluster': 'c', 'spawnit.dev/namespace': 'n', 'spawnit.dev/service': 's', 'spawnit.dev/uid': 'u', image: 'x' };
const event = (Type: string, Action: string, Attributes: object, ID = 'id') => ({ Type, Action, Actor: { ID, Attributes }, time: 1 });

t.test('what the engine tells of a labelled object is about its service', async (t) => {
  for (const action of ['die', 'destroy', 'update', 'rename', 'pause', 'unpause', 'start']) t.same(subjectOf(event('container', action, labels)), { cluster: 'c', namespace: 'n', name: 's', uid: 'u' }, action);
});

t.test('a network or volume is told of without its labels', async (t) => {
  for (const kind of ['network', 'volume']) {
    t.same(madeIn(event(kind, 'create', { name: 'x' })), { kind, id: 'id' });
    t.same(subjectOf(event(kind, 'destroy', { name: 'x' })), { gone: { kind, id: 'id' } });
    t.equal(subjectOf(event(kind, 'create', { name: 'x' })), undefined);
  }
  t.equal(madeIn(event('container', 'create', labels)), undefined);
});

t.test('a network tells which container left it', async (t) => {
  t.same(subjectOf(event('network', 'disconnect', { container: 'abc', name: 'net' })), { container: 'abc' });
});

t.test('all else is about nobody', async (t) => {
  for (const other of [event('container', 'exec_start: sh', labels), event('container', 'attach', labels), event('container', 'die', { image: 'x' }), event('image', 'pull', {}), {}, undefined, 'text'])
    t.equal(subjectOf(other), undefined, JSON.stringify(other));
});
