import { checkout } from '@spawnit/local';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';

const assets = join(checkout, 'web', 'dist', 'ui', 'assets');

t.test('what is sent compressed is what was built, to the byte', async (t) => {
  const compressed = readdirSync(assets).filter((name) => name.endsWith('.gz'));
  t.ok(compressed.length > 10, `${compressed.length} files`);
  t.same(compressed.filter((name) => !gunzipSync(readFileSync(join(assets, name))).equals(readFileSync(join(assets, name.slice(0, -3))))), []);
});

t.test('the first page needs no more than 250 kB of script on the wire', async (t) => {
  const page = readFileSync(join(assets, '..', 'index.html'), 'utf8');
  const scripts = [...page.matchAll(/assets\/([\w.-]+\.js)/g)].map(([, name]) => name!);
  t.ok(scripts.length > 0);
  const bytes = [...new Set(scripts)].map((name) => readFileSync(join(assets, readdirSync(assets).includes(`${name}.gz`) ? `${name}.gz` : name)).length);
  t.ok(bytes.reduce((sum, each) => sum + each, 0) <= 250_000, `${bytes.reduce((sum, each) => sum + each, 0)} bytes`);
});
