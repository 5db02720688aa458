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
