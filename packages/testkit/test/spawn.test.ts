import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { processesMarked, processesNaming, spawnProgram, waitFor } from '@spawnit/testkit';

const entry = fileURLToPath(new URL('./fixtures/chatty.js', import.meta.url));

async function chatty(t: Test, env: Record<string, string> = {}) {
  const program = spawnProgram({ name: 'chatty', entry, env, args: ['one', 'two'], t });
  await program.waitForLine(/^ready/);
  return program;
}

t.test('a program runs as a process of its own with the arguments given', async (t) => {
  const program = await chatty(t);
  const [, pid, args] = await program.waitForLine(/pid=(\d+) args=(\S+)/);
  t.equal(Number(pid), program.pid);
  t.equal(args, 'one,two');
  t.ok(program.running());
});

t.test('stop ends it gently', async (t) => {
  const program = await chatty(t);
  t.same(await program.stop(), { code: 0, signal: null });
  t.notOk(program.running());
});

t.test('stop kills what will not listen', async (t) => {
  const program = await chatty(t, { IGNORE_SIGTERM: '1' });
  t.same(await program.stop(50), { code: null, signal: 'SIGKILL' });
});

t.test('stop ends a program that hangs in SIGSTOP', async (t) => {
  const program = await chatty(t);
  program.kill('SIGSTOP');
  t.same(await program.stop(), { code: 0, signal: null });
});

t.test('a program that goes and leaves a process behind is found out', async (t) => {
  const program = await chatty(t, { LEAVE_ORPHAN: '1' });
  await t.rejects(program.stop(), { message: /^chatty ended and left running: \d+ sleep 600/ });
  await t.resolves(program.stop(), 'the orphan is gone');
});

t.test('the orphans of a killed program are swept without complaint', async (t) => {
  const program = await chatty(t, { LEAVE_ORPHAN: '1' });
  program.kill('SIGKILL');
  await program.exited;
  t.same(await program.stop(), { code: null, signal: 'SIGKILL' });
});

t.test('waiting for a line fails as soon as the program ends, with its last words', async (t) => {
  const program = spawnProgram({ name: 'chatty', entry, env: { EXIT_CODE: '3' }, t });
  const waiting = program.waitForLine(/never written/);
  await t.rejects(waiting, { message: /ended without writing .*\nno reason to stay/s });
  t.same(await program.exited, { code: 3, signal: null });
});

t.test('an entry that is not built is named', async (t) => {
  t.throws(() => spawnProgram({ name: 'ghost', entry: '/nowhere/main.js' }), { message: /ghost.*npm run build/ });
});

t.test('processes are found by a text in their command line', async (t) => {
  const program = await chatty(t);
  t.match(processesNaming(entry), [{ pid: program.pid }]);
  await program.stop();
  await waitFor(() => processesNaming(entry).length === 0, { what: 'it to leave the process table' });
  t.same(processesMarked('no such mark'), []);
});
