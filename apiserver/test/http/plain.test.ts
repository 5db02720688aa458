import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { get as getSecure } from 'node:https';
import { networkInterfaces } from 'node:os';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { startPlane } from '../agent/plane.js';

/** An address of this machine that is not loopback; packets to it don't leave the machine. */
const outside = Object.values(networkInterfaces()).flat().find((address) => address?.family === 'IPv4' && !address.internal)?.address;

t.test('from another address than loopback only TLS is taken, but for the probes', { skip: outside === undefined && 'this machine has no address but loopback' }, async (t) => {
  const dataDir = tempDir(t);
  const plane = await startPlane(t, { dataDir, host: '0.0.0.0' });
  const { port } = new URL(plane.url);
  const authorization = `Bearer ${readFileSync(join(dataDir, 'tokens', 'admin'), 'utf8').trim()}`;
  const plain = (host: string, path: string, headers: Record<string, string>) => fetch(`http://${host}:${port}${path}`, { headers });
  const refused = await plain(outside!, '/version', { authorization });
  t.match([refused.status, await refused.json()], [400, { reason: 'BadRequest', message: /use https/ }]);
  t.equal((await plain(outside!, '/livez', { authorization })).status, 400, 'a token is refused wherever it goes');
  t.equal((await plain(outside!, '/livez', {})).status, 200);
  t.equal((await plain('127.0.0.1', '/version', { authorization })).status, 200);
  const secure = await new Promise<number | undefined>((resolve, reject) => {
    getSecure({ host: outside, port, path: '/version', headers: { authorization }, ca: readFileSync(join(dataDir, 'keys', 'tls.crt')), servername: 'localhost' }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });
  t.equal(secure, 200);
});
