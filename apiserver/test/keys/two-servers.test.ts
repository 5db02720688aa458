import { Client, type Service } from '@spawnit/contract';
import { freePort, programEntry, spawnProgram, startMinio, tempDir, waitFor, type Minio, type Program } from '@spawnit/testkit';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { keysIn } from '../../src/keys/uses.js';
import { noteCatalogue } from '../agent/catalogue.js';
import { HandAgent, running, type Component, type Plane } from '../agent/plane.js';
import { Tofu } from '../state/tofu.js';

const services = 40;
const secretOf = (name: string) => `secret-of-${name}`;

interface Server {
  client: Client;
  plane: Plane;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A real process on the bucket; with the keys of the first one. */
async function startServer(t: Test, minio: Minio, catalogue: string, first?: string): Promise<Server & { dataDir: string }> {
  const dataDir = tempDir(t);
  if (first !== undefined) cpSync(join(first, 'keys'), join(dataDir, 'keys'), { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const store = { SPAWNIT_STORE: 's3', SPAWNIT_S3_ENDPOINT: minio.endpoint, SPAWNIT_S3_BUCKET: 'rotation', SPAWNIT_S3_REGION: minio.region, AWS_ACCESS_KEY_ID: minio.accessKey, AWS_SECRET_ACCESS_KEY: minio.secretKey };
  let program: Program;
  const start = async () => {
    program = spawnProgram({ t, name: `apiserver at ${port}`, entry: programEntry('apiserver'), env: { ...store, SPAWNIT_PORT: String(port), SPAWNIT_DATA_DIR: dataDir, SPAWNIT_CATALOGUE_DIR: catalogue } });
    await program.waitForLine(/"msg":"listening"/);
  };
  await start();
  const as = (component: Component) => {
    const client = new Client({ server: url, token: readFileSync(join(dataDir, 'tokens', component), 'utf8').trim() });
    t.teardown(() => client.close());
    return client;
  };
  const kill = async () => {
    program.kill('SIGKILL');
    await program.exited;
  };
  return { dataDir, client: as('admin'), plane: { url, as } as unknown as Plane, kill, start };
}

t.test('rotations while two servers are written to, and both are killed in the middle, lose nothing and end', { timeout: 600_000 }, async (t) => {
  const minio = await startMinio({ t });
  const catalogue = noteCatalogue(t);
  const one = await startServer(t, minio, catalogue);
  const two = await startServer(t, minio, catalogue, one.dataDir);
  const create = ({ client }: Server, name: string) => client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { template: 'note', parameters: { token: secretOf(name) } } } as unknown as Service);
  for (let n = 0; n < services; n++) await create(n % 2 ? one : two, `s${n}`);
  const agent = await HandAgent.join(t, one.plane, 'n1');
  const { claim } = await running(one.plane, agent, 'run');
  const tofu = await Tofu.of(t, one.plane, claim);
  t.equal((await tofu.apply(claim.inputs.state, { text: 'one', token: 'x' })).code, 0);
  const pulled = await one.client.pullState('default', 'run');
  const acknowledged: string[] = [];
  let over = false;
  const writers = [one, two].map(async (server, at) => {
    for (let n = 0; !over; n++) {
      const name = `w${at}-${n}`;
      // A server that is down is asked again at once, but not in a busy loop.
      await create(server, name).then(() => acknowledged.push(name), () => new Promise((resolve) => setTimeout(resolve, 50)));
    }
  });
  for (const by of [one, two]) {
    const { left, keys } = await by.client.rotateKey();
    t.ok(left > 0, `${left} to be sealed anew when both are killed, ${keys.length} keys`);
    await Promise.all([one.kill(), two.kill()]);
    await Promise.all([one.start(), two.start()]);
  }
  over = true;
  await Promise.all(writers);
  const settled = async (server: Server) => {
    const { left, keys } = await server.client.keys();
    return left === 0 && keys.every(({ state }) => state !== 'Sealing');
  };
  for (const server of [one, two]) await waitFor(() => settled(server), { what: 'all to be sealed anew' });
  const { keys } = await two.client.keys();
  const active = keys.find(({ state }) => state === 'Active')!.id;
  t.equal(keys.length, 3, 'two rotations, three keys');
  for (const { client } of [one, two]) t.same([...keysIn(await client.services.list())], [active], 'nothing is under another key');
  t.equal(await two.client.pullState('default', 'run'), pulled, 'the state is what it was, to the byte');
  const names = [...Array.from({ length: services }, (_, n) => `s${n}`), ...acknowledged];
  t.comment(`${names.length} services, ${acknowledged.length} of them made during the rotations`);
  const again = await HandAgent.with(t, two.plane, 'n1', agent.token);
  for (const name of sample(names)) t.equal((await running(two.plane, again, name)).claim.inputs.secret['token'], secretOf(name));
});

/** The first, the last and some in between. */
function sample(names: string[]): string[] {
  const step = Math.max(1, Math.floor(names.length / 8));
  return names.filter((_, at) => at % step === 0 || at === names.length - 1);
}
