import { tempDir } from '@spawnit/testkit';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { HandAgent, startPlane, type Plane } from '../agent/plane.js';

const paths = ['/demo/services/default/a/break', '/demo/nodes/n1/kill', '/demo/nodes/n1/start'];

function post(plane: Plane, path: string, role: 'admin' | 'reconciler' = 'admin'): Promise<Response> {
  return fetch(plane.url + path, { method: 'POST', headers: { authorization: `Bearer ${plane.context.tokens.mint({ role, name: role })}` } });
}

/** Stands in for the starter: notes what it is asked for. */
async function standInStarter(t: Test, answer: { status: number; text?: string } = { status: 204 }): Promise<{ socket: string; asked: string[] }> {
  const socket = join(tempDir(t), 'socket');
  const asked: string[] = [];
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.writeHead(answer.status).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.teardown(() => server.close());
  return { socket, asked };
}

async function withService(plane: Plane): Promise<string> {
  const made = await plane.as('admin').services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { template: 'note', parameters: { text: 'x' } } } as never);
  return made.metadata.uid!;
}

t.test('outside of a demo nothing can be broken on purpose, and no page offers it', async (t) => {
  const plane = await startPlane(t);
  await HandAgent.join(t, plane, 'n1');
  await withService(plane);
  for (const path of paths) t.equal((await post(plane, path)).status, 404, path);
  t.notMatch(plane.routes(), /demo/);
  const session = await fetch(`${plane.url}/session`, { headers: { authorization: `Bearer ${plane.context.tokens.mint({ role: 'admin', name: 'admin' })}` } });
  t.equal(((await session.json()) as { demo: boolean }).demo, false);
});

t.test('in a demo the starter is asked, by people only, and for what there is', async (t) => {
  const { socket, asked } = await standInStarter(t);
  const plane = await startPlane(t, { demoSocket: socket });
  await HandAgent.join(t, plane, 'n1');
  const uid = await withService(plane);
  for (const path of paths) t.equal((await post(plane, path, 'reconciler')).status, 403, path);
  t.same(asked, []);
  for (const path of paths) t.equal((await post(plane, path)).status, 204, path);
  t.same(asked, [`POST /services/${uid}/break`, 'POST /nodes/n1/kill', 'POST /nodes/n1/start']);
  t.equal((await post(plane, '/demo/services/default/b/break')).status, 404);
  t.equal((await post(plane, '/demo/nodes/n2/kill')).status, 404);
});

t.test('what the starter says against it is told, and that it is gone', async (t) => {
  const { socket } = await standInStarter(t, { status: 409, text: 'it has no container to remove' });
  const plane = await startPlane(t, { demoSocket: socket });
  await withService(plane);
  const refused = await post(plane, paths[0]!);
  t.equal(refused.status, 409);
  t.equal(((await refused.json()) as { message: string }).message, 'it has no container to remove');
  const alone = await startPlane(t, { demoSocket: join(tempDir(t), 'nobody') });
  await withService(alone);
  t.equal((await post(alone, paths[0]!)).status, 503);
});
