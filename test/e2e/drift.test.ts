import { docker, freePort, waitFor } from '@spawnit/testkit';
import { condition } from '@spawnit/contract';
import t from 'tap';
import { openScene, readyReason, webServer } from './scene.js';

t.test('a container removed behind its back is flagged within 15 s, field by field, and left alone', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const port = await freePort();
  await scene.post('flagged', port);
  await scene.phase('flagged', 'Ready');

  await docker(['rm', '--force', ...(await scene.containers('flagged'))]);
  const drifted = await scene.phase('flagged', 'Drifted');
  t.match(drifted.status?.drift?.fields, [{ resource: /docker_container/ }], 'the field that differs is named');
  t.equal(condition(drifted, 'Compliant')?.status, 'False');
  t.equal(readyReason(drifted), 'Drifted', 'it is not called ready');
  t.same(await scene.containers('flagged'), [], 'nothing was made again unasked');
});

t.test('with the policy Revert it answers again within 30 s', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const port = await freePort();
  await scene.post('reverted', port, { drift: { policy: 'Revert', ignoreFields: [], intervalSeconds: 10 } });
  await scene.phase('reverted', 'Ready');
  const [before] = await scene.containers('reverted');

  await docker(['rm', '--force', before!]);
  await scene.answers(port);
  const after = await scene.containers('reverted');
  t.equal(after.length, 1);
  t.not(after[0], before);
  await scene.phase('reverted', 'Ready');
  t.match((await scene.jobs('reverted')).map((j) => j.spec.trigger), /Revert/, 'by a job that says why');
});

t.test('with the policy Ignore it is seen and told, and the service stays Ready', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  await scene.post('ignored', await freePort(), { drift: { policy: 'Ignore', ignoreFields: [], intervalSeconds: 10 } });
  await scene.phase('ignored', 'Ready');
  const jobs = await scene.jobs('ignored');

  await docker(['rm', '--force', ...(await scene.containers('ignored'))]);
  await waitFor(async () => (await scene.service('ignored')).status?.drift?.verdict === 'Drifted', { what: 'the drift to be seen' });
  // By then the reconciler has been told of the verdict, too.
  await scene.post('after', await freePort());
  await scene.phase('after', 'Ready');
  const later = await scene.service('ignored');
  t.match([later.status?.phase, readyReason(later)], ['Ready', 'Ready']);
  t.equal(condition(later, 'Compliant')?.status, 'False', 'the condition tells it');
  t.strictSame(await scene.jobs('ignored'), jobs, 'nothing was done about it');
  t.same(await scene.containers('ignored'), []);
});

t.test('a field changed by hand is named with both values; one that is to be ignored is shown and is no drift', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const limits = { memory_mb: 64 };
  const make = async (name: string, ignoreFields: string[]) => {
    const service = webServer(name, scene.namespace, await freePort(), { drift: { policy: 'Flag', ignoreFields, intervalSeconds: 10 } });
    service.spec.parameters = { ...service.spec.parameters, limits };
    await scene.client.services.create(service);
    await scene.phase(name, 'Ready');
    await docker(['update', '--memory', '48m', '--memory-swap', '-1', ...(await scene.containers(name))]);
  };
  await Promise.all([make('watched', []), make('tolerant', ['memory'])]);

  const drifted = await scene.phase('watched', 'Drifted');
  t.match(drifted.status?.drift?.fields.find(({ field }) => field === 'memory'), { resource: /docker_container/, desired: '64', live: '48' });
  const tolerant = await waitFor(
    async () => {
      const now = await scene.service('tolerant');
      return now.status?.drift?.fields.some(({ field }) => field === 'memory') ? now : undefined;
    },
    { what: 'the ignored field to be shown' },
  );
  t.ok(tolerant.status?.drift?.fields.every(({ ignored }) => ignored));
  t.match(tolerant.status, { phase: 'Ready', drift: { verdict: 'Compliant' } });

  await docker(['update', '--memory', '64m', '--memory-swap', '-1', ...(await scene.containers('watched'))]);
  await scene.phase('watched', 'Ready');
});
