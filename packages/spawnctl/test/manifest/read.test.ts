import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { readManifests } from '../../src/manifest/read.js';
import { web } from '../manifests.js';

await t.test('a folder that is called as a manifest is a folder', async (t) => {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'x.yaml'));
  writeFileSync(join(dir, 'a.yaml'), web('a'));
  writeFileSync(join(dir, 'x.yaml', 'b.yml'), web('b'));
  const namesIn = async (recursive: boolean) => (await readManifests([dir], recursive)).map(({ resource }) => resource.metadata.name);
  t.strictSame(await namesIn(false), ['a']);
  t.strictSame(await namesIn(true), ['a', 'b']);
});
