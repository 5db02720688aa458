import t from 'tap';
import { usableVersion } from '../../src/tools/kubectl.js';
import { releaseDate } from '../../src/tools/minio.js';
import { sumOf } from '../../src/ways/download.js';
import { goPlatform } from '../../src/ways/platform.js';
import { atLeast, parseVersion } from '../../src/ways/version.js';

t.test('a version is found in what programs write about themselves', async (t) => {
  t.equal(parseVersion('OpenTofu v1.12.6\non linux_amd64'), '1.12.6');
  t.equal(parseVersion('Docker version 20.10.24+dfsg1, build 297e128'), '20.10.24');
  t.equal(parseVersion('go1.26'), '1.26');
  t.equal(parseVersion('command not found'), undefined);
});

t.test('versions are compared number by number', async (t) => {
  t.ok(atLeast('1.10.0', '1.9'));
  t.ok(atLeast('1.10', '1.10.0'));
  t.ok(atLeast('2.0', '1.99.99'));
  t.notOk(atLeast('1.9.9', '1.10.0'));
  t.notOk(atLeast('1.19', '1.24'));
});

t.test('a kubectl that only dispatches, or is too old, is not used', async (t) => {
  const client = (version: string) => `{ "clientVersion": { "gitVersion": "${version}" } }`;
  t.equal(usableVersion(client('v1.20.2')), '1.20.2');
  t.equal(usableVersion(client('v1.32.4-dispatcher')), undefined);
  t.equal(usableVersion(client('v1.16.0')), undefined);
});

t.test('a MinIO tells its release by a date', async (t) => {
  t.equal(releaseDate('minio version RELEASE.2025-09-07T16-13-09Z (commit-id=1)'), '2025-09-07');
  t.equal(releaseDate('minio version DEVELOPMENT.GOGET'), undefined);
});

t.test('platforms are named as Go names them', async (t) => {
  t.same(goPlatform('linux', 'x64'), { os: 'linux', arch: 'amd64' });
  t.same(goPlatform('darwin', 'arm64'), { os: 'darwin', arch: 'arm64' });
});

t.test('a sum is taken from a list by its file name, or from a digest alone', async (t) => {
  const [one, two] = ['a'.repeat(64), 'b'.repeat(64)];
  t.equal(sumOf(`${one}  first.tar.gz\n${two} *second.tar.gz\n`, 'second.tar.gz'), two);
  t.equal(sumOf(`${one}\n`, 'kubectl'), one);
  t.throws(() => sumOf(`${one}  first\n${two}  second\n`, 'third'), { message: /none for third/ });
  t.throws(() => sumOf('<html>not found</html>', 'kubectl'), { message: /none for kubectl/ });
});
