import { toolPath } from '@spawnit/local';
import { freePort, tempDir, waitFor } from '@spawnit/testkit';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { machineEngine, openScene, type Scene } from './scene.js';

t.test('the log of a job whose agent was killed is complete up to the kill, says where it was cut off, and goes on with the next run', { timeout: 600_000 }, async (t) => {
  const fake = fakeTofuThatTalks(tempDir(t));
  const agent = { name: 'agent-1', dockerHost: machineEngine };
  const scene = await openScene(t, { agents: [agent], tofu: fake.path });
  await scene.post('talker', await freePort());
  const said = (text: string, n: number) => text.includes(`\nline ${n}\n`);
  await waitFor(async () => said(await logOf(scene, 'talker'), 50), { what: 'the log to be there while it runs', everyMs: 100 });
  const told = Number(readFileSync(fake.counter, 'utf8'));
  await waitFor(async () => said(await logOf(scene, 'talker'), told), { what: `line ${told} to have been sent` });
  await scene.star.process('agent-1').killNow();

  scene.star.startAgent(agent);
  const cut = /\[spawnit: the run was cut off here and begins again\]/;
  await waitFor(async () => cut.test(await logOf(scene, 'talker')), { what: 'the job to be begun again', everyMs: 100 });
  rmSync(fake.talking);
  await scene.phase('talker', 'Ready');
  const [before = '', after = ''] = (await logOf(scene, 'talker')).split(cut);
  const numbers = linesOf(before);
  t.ok(numbers.length >= told, `${numbers.length} lines are there, and ${told} had been sent before the kill`);
  t.same(numbers, numbers.map((_, i) => i + 1), 'in order, none missing, none twice');
  t.same(linesOf(after), linesOf(after).map((_, i) => i + 1), 'and so are those of the next run');
  t.match(after, /Apply complete!/, 'whose end is there');
  t.same((await scene.jobs('talker')).map((job) => job.status?.phase), ['Succeeded']);
});

async function logOf({ client, namespace, jobs }: Scene, service: string): Promise<string> {
  const [job] = await jobs(service);
  if (!job) return '';
  const pieces: Buffer[] = [];
  for await (const piece of await client.logs(namespace, job.metadata.name)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** The last line may have been cut in two. */
function linesOf(text: string): number[] {
  return [...text.matchAll(/line (\d+)\n/g)].map((match) => Number(match[1]));
}

/** Stands in for a tofu with much to say: it counts while the file `talking` is there, and is the real one then. */
function fakeTofuThatTalks(dir: string): { path: string; talking: string; counter: string } {
  const [path, talking, counter] = [join(dir, 'fake-tofu-that-talks'), join(dir, 'talking'), join(dir, 'counter')];
  const script = `#!/bin/sh
n=0
while [ "$1" = apply ] && [ -e '${talking}' ]; do
  n=$((n + 1))
  echo "line $n"
  echo "$n" > '${counter}.half' && mv '${counter}.half' '${counter}'
  sleep 0.02
done
exec '${toolPath('opentofu')}' "$@"
`;
  writeFileSync(path, script, { mode: 0o755 });
  writeFileSync(talking, '');
  return { path, talking, counter };
}
