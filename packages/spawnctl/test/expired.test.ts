import { ApiError, serviceKind } from '@spawnit/contract';
import t from 'tap';
import { resourcesOf, tablesOf, type GetFlags } from '../src/commands/get-pages.js';
import { breakText } from '../src/commands/watch-until.js';
import type { Session } from '../src/session.js';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl } from './spawnctl.js';

// A server that begins anew has the changes since the last snapshot only.
const plane = await Plane.start(t, { SPAWNIT_SNAPSHOT_EVERY: '10' });
const { services } = plane.as('admin');
await spawnctl(['apply', '-f', '-'], { kubeconfig: plane.kubeconfig, input: ['a', 'b', 'c', 'd'].map((name) => web(name)).join('---\n') });
const session: Session = { client: plane.as('admin'), namespace: 'default', server: plane.url };
const flags: GetFlags = { chunkSize: 1, headers: true };
const gap = 'the list took longer than the server keeps its moment: the rest is as it is now\n';

async function forget(): Promise<void> {
  for (let i = 0; i < 40; i++) await services.patch('a', 'default', { metadata: { labels: { i: String(i) } } });
  await plane.stopServer('SIGTERM');
  await plane.startServer();
}

await t.test('a table whose moment is no longer kept goes on with the rest as it is now, and says so once', async (t) => {
  const stderr = t.capture(process.stderr, 'write');
  const seen: unknown[] = [];
  for await (const table of tablesOf(session, { kind: serviceKind }, flags)) {
    seen.push(...(table.rows ?? []).map(({ cells }) => cells[0]));
    if (seen.length === 1 || seen.length === 2) await forget();
  }
  t.strictSame(seen, ['a', 'b', 'c', 'd'], 'each is there, and once');
  t.strictSame(stderr().map(({ args }) => args[0] as unknown), [gap]);
});

await t.test('so does a list of whole resources, and a watch after it begins where the list began', async (t) => {
  const stderr = t.capture(process.stderr, 'write');
  const { resourceVersion } = (await services.list({ namespace: 'default' })).metadata;
  let pages = 0;
  const of = (kind: typeof serviceKind) => {
    const resources = session.client.of(kind);
    return Object.assign(Object.create(resources) as typeof resources, {
      list: async (options: object) => {
        if (pages++ === 1) await forget();
        return resources.list(options);
      },
    });
  };
  const slow = { ...session, client: Object.assign(Object.create(session.client) as typeof session.client, { of }) };
  const found = await resourcesOf(slow, { kind: serviceKind }, flags);
  t.strictSame(found.items.map(({ metadata }) => metadata.name), ['a', 'b', 'c', 'd']);
  t.equal(found.resourceVersion, resourceVersion);
  t.strictSame(stderr().map(({ args }) => args[0] as unknown), [gap]);
});

await t.test('what is told of a watch that broke is what happened', async (t) => {
  t.equal(breakText(new ApiError('Expired', 'too old resource version')), 'the server keeps no changes since then; going on with what is there now');
  t.equal(breakText(new ApiError('TooManyRequests', 'slower')), "the server can't tell changes now; trying again (slower)");
  t.equal(breakText(new Error('read ECONNRESET')), 'connection lost; trying again (read ECONNRESET)');
});
