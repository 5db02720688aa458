import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { tempDir } from '@spawnit/testkit';

t.test('a temporary folder goes with its test', async (t) => {
  let dir = '';
  await t.test('it is there as long as the test', async (t) => {
    dir = tempDir(t);
    writeFileSync(join(dir, 'file'), 'text');
    t.ok(existsSync(dir));
  });
  t.notOk(existsSync(dir));
});
