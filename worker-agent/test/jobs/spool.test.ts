import { tempDir } from '@spawnit/testkit';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Spool, type SpoolEntry } from '../../src/jobs/spool.js';

const entry: SpoolEntry = {
  namespace: 'default',
  job: 'a-apply-1',
  epoch: 3,
  finish: { phase: 'Failed' },
  state: { address: 'http://x/state', recover: 'http://x/state/recover', username: 'a', password: 'canary-token', body: '{"outputs":{"token":"canary-secret"}}' },
};

t.test('what waits to be reported is sealed on disk, and read back by the next agent of the node', async (t) => {
  const dir = join(tempDir(t), 'spool');
  await new Spool(dir).put(entry);
  const [file = ''] = readdirSync(dir);
  t.notMatch(readFileSync(join(dir, file), 'latin1'), /canary|outputs|password/);
  t.strictSame(await new Spool(dir).all(), [entry]);
  await new Spool(dir).remove(entry);
  t.strictSame(await new Spool(dir).all(), []);
});

t.test('an entry of before they were sealed is read; what can’t be read is set aside', async (t) => {
  const dir = join(tempDir(t), 'spool');
  mkdirSync(dir);
  writeFileSync(join(dir, 'default.old.json'), JSON.stringify({ ...entry, job: 'old' }));
  writeFileSync(join(dir, 'default.torn.json'), 'x'.repeat(60));
  const aside: string[] = [];
  t.match(await new Spool(dir).all((file) => aside.push(file)), [{ job: 'old' }]);
  t.same(aside, [join(dir, 'default.torn.json.unreadable')], 'and told');
  t.same(readdirSync(dir).sort(), ['default.old.json', 'default.torn.json.unreadable']);
});

t.test('a disk that can’t be read is not one that holds nothing', async (t) => {
  const dir = join(tempDir(t), 'spool');
  writeFileSync(dir, '');
  await t.rejects(new Spool(dir).all(), { code: 'ENOTDIR' });
  rmSync(dir);
  mkdirSync(join(dir, 'default.folder.json'), { recursive: true });
  await t.rejects(new Spool(dir).all(), { code: 'EISDIR' });
  t.same(readdirSync(dir), ['default.folder.json'], 'nothing is set aside');
});

t.test('a key that a full disk has cut off is made anew', async (t) => {
  const dir = join(tempDir(t), 'spool');
  writeFileSync(`${dir}.key`, '');
  await Promise.all([new Spool(dir).put(entry), new Spool(dir).put({ ...entry, job: 'b-apply-1' })]);
  t.match(await new Spool(dir).all(), [{ job: 'a-apply-1' }, { job: 'b-apply-1' }]);
  t.equal(readFileSync(`${dir}.key`).length, 32);
});
