import { tempDir, type Teardown } from '@spawnit/testkit';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { gzipSync } from 'node:zlib';
import { readTar } from '../../src/modules/tar.js';

const long = `${'deep/'.repeat(24)}main.tf`;

function tree(t: Teardown): string {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'a', 'deep/'.repeat(24)), { recursive: true });
  writeFileSync(join(dir, 'a/main.tf'), 'x = "ä"\n');
  writeFileSync(join(dir, 'a', long), 'deep\n');
  writeFileSync(join(dir, 'a/empty.md'), '');
  return dir;
}

for (const format of ['ustar', 'gnu', 'pax']) {
  t.test(`reads what tar writes as ${format}, gzipped or not`, async (t) => {
    const dir = tree(t);
    for (const flags of ['-c', '-cz']) {
      const archive = execFileSync('tar', [flags, `--format=${format}`, '-C', join(dir, 'a'), '.']);
      t.same(readTar(archive), { 'main.tf': 'x = "ä"\n', [long]: 'deep\n', 'empty.md': '' });
    }
  });
}

t.test('links are refused', async (t) => {
  const dir = tree(t);
  symlinkSync('/etc/passwd', join(dir, 'a/link.tf'));
  t.throws(() => readTar(execFileSync('tar', ['-c', '-C', dir, 'a/link.tf'])), { code: 'BadRequest', message: /symbolic link named "a\/link\.tf"/ });
  linkSync(join(dir, 'a/main.tf'), join(dir, 'a/z.tf'));
  t.throws(() => readTar(execFileSync('tar', ['-c', '-C', dir, 'a/main.tf', 'a/z.tf'])), { message: /hard link/ });
});

t.test('devices and pipes are refused', async (t) => {
  const dir = tree(t);
  execFileSync('mkfifo', [join(dir, 'a/pipe')]);
  t.throws(() => readTar(execFileSync('tar', ['-c', '-C', dir, 'a/pipe'])), { message: /a pipe named/ });
});

t.test('names that lead out are refused', async (t) => {
  const dir = tree(t);
  for (const name of ['../x.tf', '/etc/x.tf', 'a/../../x.tf']) {
    const archive = execFileSync('tar', ['-cP', '-C', dir, `--transform=s,^.*main.tf$,${name},`, 'a/main.tf']);
    t.throws(() => readTar(archive), { message: /leads out of the bundle/ }, name);
  }
  const folder = execFileSync('tar', ['-cP', '-C', dir, '--transform=s,^a$,../a,', '--no-recursion', 'a']);
  t.throws(() => readTar(folder), { message: /leads out/ });
});

t.test('one name twice, bytes that are no text, rubbish and cut archives are refused', async (t) => {
  const dir = tree(t);
  t.throws(() => readTar(execFileSync('tar', ['-c', '-C', dir, 'a/main.tf', 'a/main.tf', '--hard-dereference'])), { message: /twice/ });
  writeFileSync(join(dir, 'a/bin'), Buffer.from([0xff, 0xfe, 0x00]));
  t.throws(() => readTar(execFileSync('tar', ['-c', '-C', dir, 'a/bin'])), { message: /not UTF-8/ });
  t.throws(() => readTar(Buffer.alloc(2048, 'rubbish')), { message: /not a tar archive|not proper tar/ });
  const whole = execFileSync('tar', ['-c', '-C', dir, 'a/main.tf']);
  t.throws(() => readTar(whole.subarray(0, 515)), { message: /cut short/ });
  t.throws(() => readTar(Buffer.from([0x1f, 0x8b, 1, 2])), { message: /not proper gzip/ });
});

t.test('a bomb is refused before it is unpacked', async (t) => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  t.throws(() => readTar(bomb), { message: /unpacked/ });
});
