import { tempDir } from '@spawnit/testkit';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readRootKeys } from '../../src/auth/root-key-files.js';

t.test('a key of before that can’t be read is not taken for none, and not thrown away', async (t) => {
  const dir = tempDir(t);
  await readRootKeys(dir);
  const previous = join(dir, 'keys', 'root.key.previous');
  mkdirSync(previous);
  await t.rejects(readRootKeys(dir), { code: 'EISDIR' });
  t.ok(existsSync(previous));
});
