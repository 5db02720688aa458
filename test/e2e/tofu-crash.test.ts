import { toolPath } from '@spawnit/local';
import { freePort, processesNaming, tempDir, waitFor } from '@spawnit/testkit';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { heldEngine } from './held-engine.js';
import { machineEngine, openScene } from './scene.js';

t.test('a tofu that crashes is told with its last words and tried again, and the service is made once it runs', { timeout: 600_000 }, async (t) => {
  const dir = tempDir(t);
  const { path, broken } = fakeTofuThatCrashes(dir);
  const scene = await openScene(t, { tofu: path, agents: [{ name: 'agent-1', dockerHost: machineEngine }] });
  const port = await freePort();
  await scene.post('crashed', port);

  const failed = await scene.phase('crashed', 'Failed');
  t.ok(failed.status?.retries?.nextAttemptTime, 'it says when it is tried again');
  const [job] = await scene.jobs('crashed');
  t.match(job?.status?.error, { cause: 'Crashed', retryable: true, detail: /panic: runtime error/, hint: /\w/ });
  t.match(JSON.stringify(failed.status?.conditions), /Crashed/, 'the service says why');

  rmSync(broken);
  await scene.phase('crashed', 'Ready');
  await scene.answers(port);
});

t.test('a tofu killed between making a container and knowing of it leaves nothing in the way of the next', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const tofu = join(tempDir(t), 'tofu');
  symlinkSync(toolPath('opentofu'), tofu);
  const scene = await openScene(t, { tofu, agents: [{ name: 'agent-1', dockerHost: held.host }] });
  const port = await freePort();
  held.hold(/^POST .*\/containers\/[0-9a-f]+\/start/);
  await scene.post('half-made', port);
  await held.held();
  const [half] = await scene.containers('half-made');
  t.ok(half, 'the container is there');
  for (const { pid } of processesNaming(`${tofu} `)) process.kill(pid, 'SIGKILL');
  const killed = async () => (await scene.jobs('half-made')).find(({ status }) => status?.phase === 'Failed');
  const job = await waitFor(killed, { what: 'the job to fail', everyMs: 100 });
  t.match(job.status?.error, { cause: 'Crashed', summary: /SIGKILL/ });
  held.release();

  await scene.phase('half-made', 'Ready');
  await scene.answers(port);
  const after = await scene.containers('half-made');
  t.equal(after.length, 1, 'there is one container');
  t.not(after[0], half, 'and it is not the half-made one');
  await scene.client.services.delete('half-made', scene.namespace);
  await waitFor(async () => (await scene.containers('half-made')).length === 0, { what: 'it to go without a trace' });
});

/** Stands in for a tofu that crashes as Go programs do, while the file `broken` is there; else it is the real one. */
function fakeTofuThatCrashes(dir: string): { path: string; broken: string } {
  const [path, broken] = [join(dir, 'fake-tofu-that-crashes'), join(dir, 'broken')];
  const script = `#!/bin/sh
if [ "$1" != version ] && [ -e '${broken}' ]; then echo 'panic: runtime error: invalid memory address' >&2; exit 2; fi
exec '${toolPath('opentofu')}' "$@"
`;
  writeFileSync(path, script, { mode: 0o755 });
  writeFileSync(broken, '');
  return { path, broken };
}
