import { Client } from '@spawnit/contract';
import { Star } from '@spawnit/local';
import { freePort, startMinio, tempDir, waitFor } from '@spawnit/testkit';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { bucketOf, openScene, twoAgents, webServer, type Scene } from './scene.js';

interface Test {
  teardown(handler: () => unknown): void;
}

t.test('two apiservers on one bucket: controllers at one, agents at the other, either is killed, and watches on both bring every change', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t, { store: bucketOf(await startMinio({ t })), agents: [] });
  const other = await secondServer(t, scene);
  const [here, there] = [await follow(t, scene.client, scene.namespace), await follow(t, other.client, scene.namespace)];
  const port = await freePort();

  await scene.post('first', port);
  await scene.phase('first', 'Ready');
  await scene.answers(port);
  t.match(await other.client.services.get('first', scene.namespace), { status: { phase: 'Ready' } }, 'the other server answers what this one acknowledged');

  await scene.star.process('apiserver').killNow();
  const made = await other.client.services.create(webServer('made-there', scene.namespace, await freePort()));
  await scene.star.startApiserver();
  t.equal((await scene.service('made-there')).metadata.uid, made.metadata.uid, 'what the other acknowledged meanwhile is here');
  await scene.phase('made-there', 'Ready');

  await other.star.process('apiserver').killNow();
  await scene.post('made-here', await freePort());
  await other.star.startApiserver();
  await scene.phase('made-here', 'Ready');
  t.equal((await scene.service('first')).status?.epoch, 1, 'nobody was called lost by either kill');

  await scene.client.services.delete('first', scene.namespace);
  await waitFor(async () => (await scene.containers('first')).length === 0, { what: 'the container to go' });
  await waitFor(() => here.some((change) => change.startsWith('DELETED first')), { what: 'the service to go' });
  const { metadata } = await other.client.services.create({ ...webServer('last', scene.namespace, await freePort()), metadata: { name: 'last', namespace: scene.namespace, annotations: { end: 'yes' } } });
  const end = `ADDED last ${metadata.resourceVersion}`;
  await waitFor(() => here.includes(end) && there.includes(end), { what: 'both watches to have come to the last change' });
  const upTo = (changes: string[]) => changes.slice(0, changes.indexOf(end) + 1);
  t.strictSame(upTo(there), upTo(here), 'the same changes, each once, in one order');
  t.ok(upTo(here).length > 10);
});

/** Another apiserver on the bucket of the scene, with its root key and nothing else of its data; the agents speak to it. */
async function secondServer(t: Test, { star: first }: Scene): Promise<{ star: Star; client: Client }> {
  const dataDir = tempDir(t);
  cpSync(join(first.options.dataDir, 'apiserver', 'keys'), join(dataDir, 'apiserver', 'keys'), { recursive: true });
  const star = new Star({ ...first.options, dataDir, port: await freePort() });
  t.teardown(() => star.stop());
  await star.startApiserver();
  for (const agent of twoAgents) star.startAgent(agent);
  const client = new Client({ server: star.server, token: star.adminToken });
  t.teardown(() => client.close());
  return { star, client };
}

/** Every change of the namespace's services from now on, as `TYPE name version`, over breaks of the connection. */
async function follow(t: Test, client: Client, namespace: string): Promise<string[]> {
  const changes: string[] = [];
  let synced = 0;
  const ending = new AbortController();
  const following = (async () => {
    for await (const event of client.services.follow({ namespace, signal: ending.signal })) {
      if (event.type === 'SYNCED') synced++;
      else changes.push(`${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`);
    }
  })().catch(() => undefined);
  t.teardown(async () => {
    ending.abort();
    await following;
  });
  await waitFor(() => synced === 1, { what: 'the watch to begin' });
  return changes;
}
