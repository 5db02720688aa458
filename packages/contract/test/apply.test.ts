import t from 'tap';
import { lastApplied, threeWayPatch } from '../src/client/apply.js';
import type { Resource } from '../src/meta.js';

function service(spec: object, applied?: object): Resource {
  const annotations = applied ? { [lastApplied]: JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: applied }) } : undefined;
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', ...(annotations && { annotations }) }, spec };
}

t.test('what was applied before and is left out now is removed; what others set stays', async (t) => {
  const live = service({ template: 'redis', suspend: true, approval: 'Auto' }, { template: 'redis', suspend: true });
  t.same(threeWayPatch(live, service({ template: 'redis' })), { spec: { suspend: null } });
});

t.test('an equal spec makes no patch', async (t) => {
  const live = service({ template: 'redis', approval: 'Auto' }, { template: 'redis' });
  t.equal(threeWayPatch(live, service({ template: 'redis' })), undefined);
});

t.test('a list is replaced whole', async (t) => {
  const live = service({ dependsOn: ['a', 'b'] }, { dependsOn: ['a', 'b'] });
  t.same(threeWayPatch(live, service({ dependsOn: ['b'] })), { spec: { dependsOn: ['b'] } });
});

t.test('a key of a map is pruned whatever it is called', async (t) => {
  const live = service({ parameters: { constructor: 'a', toString: 'b', x: 'c' } }, { parameters: { constructor: 'a', toString: 'b', x: 'c' } });
  t.same(threeWayPatch(live, service({ parameters: { x: 'c' } })), { spec: { parameters: { constructor: null, toString: null } } });
});
