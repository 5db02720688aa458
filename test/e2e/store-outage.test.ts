import { condition, type Node } from '@spawnit/contract';
import { freePort, startMinio, waitFor } from '@spawnit/testkit';
import { performance } from 'node:perf_hooks';
import t from 'tap';
import { bucketOf, openScene, twoAgents, webServer, type Scene } from './scene.js';

const goneForMs = 30_000;

t.test('with the store gone for 30 s writes are put off, reads go on, nothing acknowledged is lost and no node is called lost', { timeout: 600_000 }, async (t) => {
  const minio = await startMinio({ t });
  const scene = await openScene(t, { store: bucketOf(minio) });
  const port = await freePort();
  await scene.post('standing', port);
  const before = await scene.phase('standing', 'Ready');
  const containers = await scene.containers('standing');
  const called = followReadiness(t, scene);
  const acknowledged = await scene.post('acknowledged', await freePort(), { suspend: true });

  await minio.kill('SIGKILL');
  const gone = performance.now();
  const refusals: { status: number; retryAfter: number }[] = [];
  const look = async () => {
    refusals.push(await write(scene, `refused-${refusals.length}`));
    t.equal((await scene.client.services.list({ namespace: scene.namespace })).items.length, 2, 'reads go on');
    await scene.answers(port);
    return performance.now() - gone > goneForMs;
  };
  await waitFor(look, { what: 'the store to have been gone for 30 s', everyMs: 1_000 });
  t.same([...new Set(refusals.map(({ status }) => status))], [503], `each of ${refusals.length} writes was answered 503`);
  t.ok(refusals.every(({ retryAfter }) => retryAfter > 0), 'and told when to try again');
  await minio.restart();

  await waitFor(async () => (await write(scene, 'later')).status === 201, { what: 'writes to be taken again' });
  t.equal((await scene.service('acknowledged')).metadata.uid, acknowledged.metadata.uid, 'what was acknowledged is there');
  await scene.client.services.patch('acknowledged', scene.namespace, { spec: { suspend: false } });
  await scene.phase('acknowledged', 'Ready');
  await scene.phase('later', 'Ready');
  const after = await scene.phase('standing', 'Ready');
  t.equal(after.status?.epoch, before.status?.epoch, 'what ran was given to nobody else');
  t.same(await scene.containers('standing'), containers);
  t.strictSame(new Set(called), new Set(twoAgents.map(({ name }) => `${name} True`)), 'no node was called anything but ready');
});

/** Every word that is said of the nodes from now on, as `name status`. */
function followReadiness(t: { teardown(handler: () => unknown): void }, scene: Scene): string[] {
  const said: string[] = [];
  const ending = new AbortController();
  const note = (node: Node) => said.push(`${node.metadata.name} ${condition(node, 'Ready')?.status}`);
  const following = (async () => {
    for await (const event of scene.client.nodes.follow({ signal: ending.signal })) (event.type === 'SYNCED' ? event.items : [event.object]).forEach(note);
  })().catch(() => undefined);
  t.teardown(async () => {
    ending.abort();
    await following;
  });
  return said;
}

async function write(scene: Scene, name: string): Promise<{ status: number; retryAfter: number }> {
  const answer = await fetch(`${scene.star.server}/apis/spawnit.dev/v1/namespaces/${scene.namespace}/services`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.star.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(webServer(name, scene.namespace, await freePort())),
  });
  await answer.text();
  return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')) };
}
