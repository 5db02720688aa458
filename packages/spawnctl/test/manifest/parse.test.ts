import t from 'tap';
import { parseManifests } from '../../src/manifest/parse.js';

await t.test('a field is found on its line, in any document, list or item', async (t) => {
  const [, second] = parseManifests('kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n---\nkind: Service\napiVersion: spawnit.dev/v1\nmetadata:\n  name: b\nspec:\n  dependsOn:\n    - x\n    - y\n', 'f');
  t.equal(second!.at(), 'f:5');
  t.equal(second!.at('spec.dependsOn[1]'), 'f:12');
  t.equal(second!.at('spec.dependsOn[1].deeper'), 'f:12', 'else what holds it');
  t.equal(second!.at('spec.template'), 'f:9');
  const [, item] = parseManifests('{"apiVersion":"v1","kind":"List","items":[\n{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}},\n{"apiVersion":"v1","kind":"Namespace","metadata":\n{"name":"b"}}]}', 'f');
  t.equal(item!.at('metadata.name'), 'f:4');
});

await t.test('empty documents are passed over, and a bomb of aliases is refused', async (t) => {
  t.strictSame(parseManifests('---\n# nothing\n---\n', 'f'), []);
  const bomb = ['a: &a [1,1,1,1,1,1,1,1,1,1]', ...[...'bcdefgh'].map((key, i) => `${key}: &${key} [${Array(10).fill(`*${'abcdefg'[i]}`).join(',')}]`)].join('\n');
  t.throws(() => parseManifests(bomb, 'f'), /^f:1: /);
});

await t.test('merge keys are merged, and a field that came by one is found with what holds it', async (t) => {
  const both = 'apiVersion: spawnit.dev/v1\nkind: Service\nmetadata:\n  name: a\n  labels: &common\n    tier: front\n    team: red\n  annotations:\n    <<: *common\n    team: blue\nspec: {template: web-server}\n';
  const [service] = parseManifests(both, 'f');
  t.strictSame(service!.resource.metadata.annotations, { tier: 'front', team: 'blue' });
  t.equal(service!.at('metadata.annotations.team'), 'f:10');
  t.equal(service!.at('metadata.annotations.tier'), 'f:8');
  t.throws(() => parseManifests('apiVersion: v1\nkind: Namespace\nmetadata:\n  <<: 5\n  name: a\n', 'f'), /^f:1: .*[Mm]erge/);
  const base = '---\napiVersion: spawnit.dev/v1\nkind: Service\nmetadata: {name: b}\nspec:\n  parameters: &p {a: 1}\n  <<: {template: 5}\n';
  t.equal(parseManifests(base, 'f')[0]!.at('spec.template'), 'f:5');
});
