import { condition } from '@spawnit/contract';
import { helloImage } from '@spawnit/local';
import { docker, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { machineEngine, openScene } from './scene.js';

t.test('a destroy that fails keeps everything and says why; it is done when what hindered it is gone', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: machineEngine }] });
  await scene.client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'data', namespace: scene.namespace }, spec: { template: 'docker-volume' } } as never);
  const made = await scene.phase('data', 'Ready');
  const volume = made.status!.outputs!['volume_name']!.value as string;
  const user = `${scene.namespace}-user`;
  await docker(['create', '--name', user, '--volume', `${volume}:/data`, helloImage]);
  t.teardown(() => docker(['rm', '--force', user]));

  await scene.client.services.delete('data', scene.namespace);
  const failedDestroy = async () => (await scene.jobs('data')).find(({ spec, status }) => spec.type === 'Destroy' && status?.phase === 'Failed');
  const job = await waitFor(failedDestroy, { what: 'the destroy to fail', everyMs: 100 });
  t.match(JSON.stringify(job.status?.error), /in.use/, 'what hindered it is named');
  const told = await waitFor(
    async () => {
      const now = await scene.service('data');
      return /in.use/.test(condition(now, 'Ready')?.message ?? '') ? now : undefined;
    },
    { what: 'the service to say why it stays' },
  );
  t.equal(told.status?.phase, 'Deleting');
  t.ok(told.status?.retries?.nextAttemptTime, 'and when it is tried again');
  t.equal(await docker(['volume', 'inspect', '--format', '{{.Name}}', volume]), volume, 'the volume is there');
  t.ok(scene.stored('data').length > 0, 'and so is its state');

  await docker(['rm', '--force', user]);
  await waitFor(async () => (await scene.client.services.list({ namespace: scene.namespace })).items.length === 0, { what: 'it to be gone', everyMs: 200 });
  t.equal(await docker(['volume', 'ls', '--quiet', '--filter', `name=^${volume}$`]), '', 'with its volume');
});
