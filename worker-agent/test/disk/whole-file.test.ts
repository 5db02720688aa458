import { readIfThere } from '@spawnit/controller';
import { tempDir } from '@spawnit/testkit';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CredentialFile } from '../../src/credential.js';
import { writeWhole } from '../../src/disk/whole-file.js';

t.test('a file is written whole, over what a writer that was killed has left, and for this user alone', async (t) => {
  const dir = join(tempDir(t), 'new', 'folder');
  await writeWhole(join(dir, 'a'), 'before');
  await Promise.all([writeWhole(join(dir, 'a'), 'after'), writeWhole(join(dir, 'b'), Buffer.from('b'))]);
  t.equal(String(await readIfThere(join(dir, 'a'))), 'after');
  t.same(readdirSync(dir).sort(), ['a', 'b']);
  t.same([dir, join(dir, 'a')].map((path) => statSync(path).mode & 0o777), [0o700, 0o600]);
});

t.test('what can’t be read is not taken for what is not there: an agent does not join anew for it', async (t) => {
  const dir = tempDir(t);
  t.equal(await readIfThere(join(dir, 'none')), undefined);
  t.equal(await new CredentialFile(join(dir, 'none')).read(), undefined);
  mkdirSync(join(dir, 'credential.json'));
  await t.rejects(readIfThere(join(dir, 'credential.json')), { code: 'EISDIR', message: /credential\.json can't be read/ });
  await t.rejects(new CredentialFile(join(dir, 'credential.json')).read(), { code: 'EISDIR' });
});
