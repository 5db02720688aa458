import { condition } from '@spawnit/contract';
import { docker, freePort, waitFor } from '@spawnit/testkit';
import t from 'tap';
import { machineEngine, openScene } from './scene.js';
import { heldEngine } from './held-engine.js';

t.test('with manual approval nothing is made before the plan is approved, and only that plan is applied', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const port = await freePort();
  await scene.post('reviewed', port, { approval: 'Manual' });
  const waiting = await approvalOf(scene, 'reviewed', 1);
  t.match(condition(waiting, 'Ready')?.message, /approv/i, 'it says that it waits for approval');
  t.same(await scene.containers('reviewed'), [], 'nothing was made');
  const plan = await scene.client.jobs.get(waiting.status!.approval!.job, scene.namespace);
  t.ok(plan.status!.plan!.add > 0, 'the plan tells what would be');

  await approve(scene, 'reviewed');
  await scene.phase('reviewed', 'Ready');
  await scene.answers(port);

  const other = await freePort();
  await scene.client.services.patch('reviewed', scene.namespace, { spec: { parameters: { port: other } } });
  const change = await approvalOf(scene, 'reviewed', 2);
  await docker(['rm', '--force', ...(await scene.containers('reviewed'))]);
  await approve(scene, 'reviewed');
  const again = await approvalOf(scene, 'reviewed', 2, change.status!.approval!.planDigest);
  t.not(again.status!.approval!.planDigest, change.status!.approval!.planDigest, 'what was approved is no longer what would be done: it is asked anew');
  t.same(await scene.containers('reviewed'), [], 'and nothing was done');
});

t.test('a job that is cancelled ends, with its process group gone', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: held.host }] });
  held.hold(/^POST .*\/containers\/create/);
  await scene.post('cancelled', await freePort());
  await held.held();
  const { status } = await scene.service('cancelled');
  await scene.client.jobs.patch(status!.activeJob!, scene.namespace, { spec: { cancel: true } });
  held.release();
  const job = await waitFor(
    async () => {
      const now = await scene.client.jobs.get(status!.activeJob!, scene.namespace);
      return now.status?.phase === 'Cancelled' ? now : undefined;
    },
    { what: 'the job to be cancelled', everyMs: 200 },
  );
  t.ok(job.status?.completionTime);
  await scene.client.services.delete('cancelled', scene.namespace);
  await waitFor(async () => (await scene.client.services.list({ namespace: scene.namespace })).items.length === 0, { what: 'it to be deleted with what it had made', everyMs: 200 });
  t.same(await scene.containers('cancelled'), []);
});

type Scene = Awaited<ReturnType<typeof openScene>>;

/** Waits until a plan of this generation, other than `not`, waits for approval. */
function approvalOf(scene: Scene, name: string, generation: number, not?: string) {
  const look = async () => {
    const service = await scene.service(name);
    const approval = service.status?.approval;
    return approval?.generation === generation && !approval.approved && approval.planDigest !== not ? service : undefined;
  };
  return waitFor(look, { what: `a plan of generation ${generation} to wait for approval`, everyMs: 100 });
}

async function approve(scene: Scene, name: string): Promise<void> {
  const { status } = await scene.service(name);
  await scene.client.services.patch(name, scene.namespace, { status: { approval: { ...status!.approval!, approved: true } } }, { subresource: 'status' });
}
