import { helloImage } from '@spawnit/local';
import { freePort } from '@spawnit/testkit';
import t from 'tap';
import { spawnctlOf } from './ctl.js';
import { machineEngine, openScene } from './scene.js';

t.test('an earlier state is restored by spawnctl: the service is applied with it, and its container stays the same one', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: machineEngine }] });
  const ctl = spawnctlOf(scene);
  const parameters = { image: helloImage, ports: [{ internal: 8080, external: await freePort() }], limits: { memory_mb: 64 } };
  await scene.client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: scene.namespace }, spec: { template: 'container', parameters } } as never);
  await scene.phase('a', 'Ready');
  const containers = await scene.containers('a');
  const first = (await scene.client.stateHistory(scene.namespace, 'a')).items.at(-1)!;
  await scene.client.services.patch('a', scene.namespace, { spec: { parameters: { limits: { memory_mb: 96 } } } });
  await scene.phase('a', 'Ready');
  t.same(await scene.containers('a'), containers, 'memory is changed in place');

  const list = await ctl('state', 'list', 'a');
  t.match(list, { code: 0, stdout: /^SERIAL +CURRENT +RESOURCES +SIZE +EPOCH +AGE +JOB +NOTE\n/ });
  t.match(list.stdout, new RegExp(`^${first.serial} +\\d+ +`, 'm'), 'the first apply’s serial is kept');
  const serials = (await ctl('state', 'list', 'a', '-o', 'name')).stdout.trim().split('\n').map(Number);
  t.ok(serials.length >= 2 && serials.at(-1)! > first.serial, `serials ${serials.join(' ')}`);
  t.match(JSON.parse((await ctl('state', 'pull', 'a', '--serial', String(first.serial))).stdout), { version: 4, serial: first.serial });
  t.match((await ctl('state', 'show', 'a')).stdout, /^Serial \d+ \(current\)[^]*docker_container\.this \(\w{12}\)\n[^]* memory: 96\n/);
  t.match(await ctl('state', 'restore', 'a', '--serial', '999'), { code: 3, stderr: /no state of serial 999.*nearest/ });
  t.match(await ctl('state', 'restore', 'a', '--serial', String(first.serial), '--dry-run'), { code: 0, stdout: /would be restored as serial \d+ \(dry run\)/, stderr: /would be planned and applied/ });

  const restored = await ctl('state', 'restore', 'a', '--serial', String(first.serial), '--wait');
  t.match(restored, { code: 0, stdout: /was restored as serial \d+\nservice\/a applied\n$/ });
  await scene.phase('a', 'Ready');
  t.same(await scene.containers('a'), containers, 'nothing is made anew');
  const job = (await scene.jobs('a')).find(({ spec }) => spec.trigger === 'Restore');
  t.match(job?.status, { phase: 'Succeeded', plan: { add: 0, destroy: 0 } });
  const check = await scene.client.check(scene.namespace, 'a');
  t.equal(check.verdict, 'Compliant', 'state, world and declaration agree');
  t.match((await ctl('state', 'show', 'a')).stdout, / memory: 96\n/);
  t.match((await ctl('describe', 'svc', 'a')).stdout, /StateRestored/);
  await scene.client.services.delete('a', scene.namespace);
});
