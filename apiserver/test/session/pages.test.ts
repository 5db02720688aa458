import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { startPlane } from '../agent/plane.js';

t.test('every page is the same file under a policy that lets in no script or style but the server’s own', async (t) => {
  const webDir = tempDir(t);
  mkdirSync(join(webDir, 'assets'));
  writeFileSync(join(webDir, 'index.html'), '<script nonce="__CSP_NONCE__"></script>');
  writeFileSync(join(webDir, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(join(webDir, 'assets', 'index-abc.js.gz'), gzipSync('export {};'));
  const plane = await startPlane(t, { webDir });
  const get = (path: string) => fetch(plane.url + path, { redirect: 'manual' });
  t.equal((await get('/')).headers.get('location'), '/ui/');
  const nonces = new Set<string>();
  for (const path of ['/ui/', '/ui/services', '/ui/services/default/x?tab=drift']) {
    const answer = await get(path);
    const policy = answer.headers.get('content-security-policy')!;
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
    t.equal(answer.status, 200);
    t.equal(await answer.text(), `<script nonce="${nonce}"></script>`);
    t.match(policy, /default-src 'none'; script-src 'self';/);
    t.notMatch(policy, /unsafe|https?:|\*/);
    t.match(policy, /frame-ancestors 'none'/);
    nonces.add(nonce);
  }
  t.equal(nonces.size, 3, 'no nonce is used twice');
  const asset = await get('/ui/assets/index-abc.js');
  t.match(asset.headers.get('cache-control'), /immutable/);
  t.match(asset.headers.get('content-type'), /javascript/);
  t.equal(asset.headers.get('content-encoding'), 'gzip', 'as small as it was built');
  t.equal(await asset.text(), 'export {};');
  const plain = await fetch(`${plane.url}/ui/assets/index-abc.js`, { headers: { 'accept-encoding': 'identity' } });
  t.equal(plain.headers.get('content-encoding'), null);
  const gone = await get('/ui/assets/index-older.js');
  t.equal(gone.status, 404, 'a file that is gone is no page');
  t.match(await gone.json(), { reason: 'NotFound', message: /load the page again/ });
  t.equal((await get('/ui/assets/../index.html')).status, 200, 'as any page');
  t.notMatch(await (await get('/ui/assets/%2e%2e%2f%2e%2e%2fpackage.json')).text(), /spawnit/, 'no file beside the built ones is served');
});

t.test('a server without the built dashboard serves the API alone', async (t) => {
  const plane = await startPlane(t, { webDir: join(tempDir(t), 'nothing') });
  t.equal((await fetch(`${plane.url}/livez`)).status, 200);
  t.not((await fetch(`${plane.url}/ui/`)).status, 200);
});
