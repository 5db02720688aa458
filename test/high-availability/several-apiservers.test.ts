import { ApiError, type Client, type Service } from '@spawnit/contract';
import { toolPath } from '@spawnit/local';
import { waitFor } from '@spawnit/testkit';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startCluster } from './servers.js';

const writers = 6;
const writesEach = 30;

t.test('many write through a balancer: watches on every server see the same changes in one order, and no read is older than a write that was acknowledged', { timeout: 600_000 }, async (t) => {
  const { servers, client, balancer } = await startCluster(t, 3);
  const direct = servers.map((server) => server.client('admin'));
  const seen = await Promise.all(direct.map((each) => follow(t, each)));
  let stale = 0;
  const write = async (writer: number) => {
    const mine = client();
    for (let i = 0; i < writesEach; i++) {
      const name = `w${writer}-${i % 5}`;
      const version = await once(mine, name, i);
      const read = await direct[(writer + i) % direct.length]!.services.list({ namespace: 'default' });
      if (Number(read.metadata.resourceVersion) < Number(version)) stale++;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, i) => write(i)));
  const last = (await client().services.create(suspended('last'))).metadata.resourceVersion;
  const end = `ADDED last ${last}`;
  await waitFor(() => seen.every((changes) => changes.includes(end)), { what: 'every watch to have come to the last change' });
  const upTo = seen.map((changes) => changes.slice(0, changes.indexOf(end) + 1));
  t.ok(upTo[0]!.length > writers * writesEach * 0.8, `${upTo[0]!.length} changes`);
  for (const changes of upTo.slice(1)) t.strictSame(changes, upTo[0], 'the same changes, each once, in one order');
  const versions = upTo[0]!.map((change) => Number(change.split(' ')[2]));
  t.same(versions, [...versions].sort((a, b) => a - b), 'in the order of their versions');
  t.equal(stale, 0, 'reads through other servers are not older than the write before');
  t.ok([...balancer.given().values()].every((connections) => connections > 0), 'every server had its share');
});

t.test('kubectl works through the balancer', { timeout: 600_000 }, async (t) => {
  const { servers, balancer } = await startCluster(t, 2);
  const kubectl = async (...args: string[]) => {
    const common = ['--server', balancer.url.replace('http:', 'https:'), '--insecure-skip-tls-verify', '--kubeconfig', join(servers[0]!.dataDir, 'kubeconfig')];
    return (await promisify(execFile)(toolPath('kubectl'), [...common, ...args])).stdout;
  };
  for (let i = 0; i < 6; i++) {
    await kubectl('create', 'namespace', `n${i}`);
    t.match(await kubectl('get', 'namespaces', '-o', 'name'), new RegExp(`namespace/n${i}\\n`), 'what was made is in the next answer, whoever gives it');
  }
});

/** Makes it, changes it or deletes it; gives the version of what it did. */
async function once(client: Client, name: string, i: number): Promise<string> {
  try {
    const made = i % 5 === 4 ? await remove(client, name) : await client.services.create(suspended(name));
    return made.metadata.resourceVersion!;
  } catch (error) {
    if (!ApiError.is(error, 'AlreadyExists', 'NotFound')) throw error;
    const changed = await client.services.patch(name, 'default', { metadata: { annotations: { turn: String(i) } } }).catch(() => client.services.create(suspended(name)));
    return changed.metadata.resourceVersion!;
  }
}

/** A service that waits for its end: there is no reconciler to let it go. */
async function remove(client: Client, name: string): Promise<Service> {
  await client.services.delete(name, 'default');
  return client.services.get(name, 'default');
}

function suspended(name: string): Service {
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { template: 'container', parameters: { image: 'test' }, suspend: true } } as unknown as Service;
}

/** Every change of services from now on, as `TYPE name version`. */
async function follow(t: Test, client: Client): Promise<string[]> {
  const changes: string[] = [];
  const ending = new AbortController();
  let synced = 0;
  const following = (async () => {
    for await (const event of client.services.follow({ namespace: 'default', signal: ending.signal })) {
      if (event.type === 'SYNCED') synced++;
      else changes.push(`${event.type} ${event.object.metadata.name} ${event.object.metadata.resourceVersion}`);
    }
  })();
  t.teardown(async () => {
    ending.abort();
    await following.catch(() => undefined);
  });
  await waitFor(() => synced === 1, { what: 'the watch to begin' });
  return changes;
}
