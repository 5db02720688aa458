import { CheckAge } from '@spawnit/contract';
import { tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import { cpSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { split } from '../../src/session/halves.js';
import t from 'tap';
import { noteCatalogue } from '../agent/catalogue.js';
import { HandAgent, startPlane } from '../agent/plane.js';
import { applied, compliant, connect } from './connected.js';

const path = '/apis/spawnit.dev/v1/namespaces/default/services/svc/check';

/** A service whose node is connected to the other of two servers, by which it was just checked. */
async function scene(t: Teardown): Promise<{ url: string; token: string }> {
  const [one, two] = [tempDir(t), tempDir(t)];
  const shared = { store: { driver: 'files' as const, dir: join(tempDir(t), 'store') }, catalogueDir: noteCatalogue(t) };
  const a = await startPlane(t, { dataDir: one, ...shared });
  cpSync(join(one, 'keys'), join(two, 'keys'), { recursive: true });
  const b = await startPlane(t, { dataDir: two, ...shared });
  const agent = await HandAgent.join(t, b, 'n1');
  await applied(b, agent, 'svc');
  const stream = await connect(t, agent);
  await waitFor(() => stream.lines() > 0, { what: 'the stream to be open' });
  const asked = b.as('admin').check('default', 'svc');
  const { id } = await waitFor(() => stream.orders[0], { what: 'the order' });
  await agent.post(`/agent/v1/nodes/n1/checks/${id}`, compliant(1));
  await asked;
  return { url: a.url, token: readFileSync(join(one, 'tokens', 'admin'), 'utf8').trim() };
}

/** With the target as it stands, which `fetch` would not send. */
function get(url: string, target: string, headers: Record<string, string>): Promise<{ status: number | undefined; body: unknown }> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path: target, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (data: string) => (text += data)).on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
    });
    sent.on('error', reject).end();
  });
}

t.test('a browser’s session is good for what another server has to be asked', async (t) => {
  const { url, token } = await scene(t);
  const halves = split(token);
  const { status, body } = await get(url, path, { cookie: `spawnit_session=${halves.cookie}`, 'x-spawnit-session': halves.page, 'sec-fetch-site': 'same-origin' });
  t.equal(status, 200);
  t.match(CheckAge.parse(body), { verdict: 'Compliant' });
});

t.test('a request for a whole address goes to a server of the cluster, never to the one that it names', async (t) => {
  const { url, token } = await scene(t);
  let heard = 0;
  const elsewhere = createServer((_request, response) => {
    heard += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => void elsewhere.listen(0, '127.0.0.1', resolve));
  t.teardown(() => elsewhere.close());
  const { port } = elsewhere.address() as AddressInfo;
  const { status } = await get(url, `http://127.0.0.1:${port}${path}`, { authorization: `Bearer ${token}` });
  t.equal(heard, 0, 'nor is a token sent there');
  t.equal(status, 200);
});
