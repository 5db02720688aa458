import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { inCache } from '../../src/part/cache.js';
import { withLock } from '../../src/part/lock.js';

process.env.XDG_CACHE_HOME = t.testdir();
const counter = fileURLToPath(new URL('./fixtures/lock-counter.js', import.meta.url));

t.test('several processes never work at once under one name', async (t) => {
  const file = join(t.testdir(), 'count');
  writeFileSync(file, '0');
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, [counter, file, '20'], { stdio: 'inherit' }));
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  t.same(codes, [0, 0, 0, 0]);
  t.equal(readFileSync(file, 'utf8'), '80', 'no count was lost');
});

t.test('the lock of a dead process is taken over', async (t) => {
  const child = spawn('true');
  await once(child, 'exit');
  mkdirSync(inCache('locks'), { recursive: true });
  writeFileSync(inCache('locks', 'left.lock'), String(child.pid));
  t.equal(await withLock('left', async () => 'done'), 'done');
  t.notOk(existsSync(inCache('locks', 'left.lock')), 'and given back');
});

t.test('a lock is given back when the work fails', async (t) => {
  await t.rejects(withLock('failing', () => Promise.reject(new Error('no luck'))), { message: 'no luck' });
  t.equal(await withLock('failing', async () => 'done'), 'done');
});

t.test('whoever has to wait is told once', async (t) => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const first = withLock('busy', () => gate);
  let told = 0;
  const waiting = () => {
    told++;
    open();
  };
  await Promise.all([first, withLock('busy', async () => {}, waiting)]);
  t.equal(told, 1);
});
