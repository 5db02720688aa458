import { Client } from '@spawnit/contract';
import { tempDir } from '@spawnit/testkit';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { selfSigned } from '../../src/tls/certificate.js';
import { readKeyPair } from '../../src/tls/key-pair-files.js';
import { startPlane } from '../agent/plane.js';
import { service, shopCatalogue } from '../shop.js';

const now = new Date('2026-01-01T00:00:00Z');

t.test('a certificate is for the hosts it was made for, and signed by its own key', async (t) => {
  const { key, cert } = selfSigned(['localhost', '127.0.0.1', '::1', '2001:db8::7', 'api.example.com'], now);
  const certificate = new X509Certificate(cert);
  t.ok(certificate.verify(certificate.publicKey));
  t.ok(certificate.checkPrivateKey(createPrivateKey(key)));
  for (const host of ['localhost', 'api.example.com']) t.ok(certificate.checkHost(host), host);
  for (const ip of ['127.0.0.1', '::1', '2001:db8::7']) t.ok(certificate.checkIP(ip), ip);
  t.notOk(certificate.checkHost('example.org'));
  t.equal(new Date(certificate.validTo).getUTCFullYear(), 2036);
});

t.test('it is made once, and again when it is for other hosts or has run out', async (t) => {
  const dir = tempDir(t);
  const first = await readKeyPair(dir, ['127.0.0.1'], now);
  t.strictSame(await readKeyPair(dir, ['127.0.0.1'], now), first);
  const second = await readKeyPair(dir, ['10.0.0.1'], now);
  t.not(second.cert, first.cert);
  t.not((await readKeyPair(dir, ['10.0.0.1'], new Date('2036-02-01T00:00:00Z'))).cert, second.cert);
});

t.test('one port speaks TLS to who trusts its certificate, and plain HTTP', async (t) => {
  const dataDir = tempDir(t);
  const plane = await startPlane(t, { dataDir, catalogueDir: shopCatalogue(t) });
  const read = (name: string) => readFileSync(join(dataDir, name), 'utf8').trim();
  const server = plane.url.replace('http:', 'https:');
  const secure = new Client({ server, token: read('tokens/admin'), ca: read('keys/tls.crt') });
  t.teardown(() => secure.close());
  await secure.services.create(service('a'));
  t.equal((await plane.as('admin').services.get('a', 'default')).metadata.name, 'a');
  const stranger = new Client({ server, token: read('tokens/admin') });
  t.teardown(() => stranger.close());
  await t.rejects(stranger.services.list(), { name: 'Unreachable', message: /certificate/ });
});

t.test('a server stops although someone is connected who never says a word', async (t) => {
  const plane = await startPlane(t, { catalogueDir: shopCatalogue(t) });
  const socket = connect(Number(new URL(plane.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
  await new Promise((resolve) => socket.on('connect', resolve));
  await plane.as('admin').services.list();
  await plane.stop();
  await closed;
  t.pass();
});
