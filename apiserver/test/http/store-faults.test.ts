import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { faultProxy, startApiserver, startMinio, tempDir, waitFor, type Apiserver, type Minio } from '@spawnit/testkit';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { s3Client } from '../../src/store/s3-client.js';
import { openS3Store } from '../../src/store/s3.js';

t.setTimeout(600_000);

const bucket = 'spawnit';

async function serverOn(t: Test, minio: Minio, endpoint = minio.endpoint): Promise<Apiserver> {
  const env = { SPAWNIT_STORE: 's3', SPAWNIT_S3_ENDPOINT: endpoint, SPAWNIT_S3_BUCKET: bucket, AWS_ACCESS_KEY_ID: minio.accessKey, AWS_SECRET_ACCESS_KEY: minio.secretKey };
  return startApiserver(t, { env });
}

interface Answer {
  status: number;
  retryAfter: number;
  message: string;
}

/** Makes a namespace, which is one commit. */
async function write(api: Apiserver, name: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${api.token('admin')}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const answer = await fetch(`${api.url}/api/v1/namespaces`, { method: 'POST', headers, body });
  const { message = '' } = (await answer.json()) as { message?: string };
  return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')), message };
}

async function ready(api: Apiserver): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${api.url}/readyz?verbose`, { headers: { authorization: `Bearer ${api.token('admin')}` } });
  return { status: answer.status, text: await answer.text() };
}

async function names(api: Apiserver): Promise<string[]> {
  return (await api.client('admin').namespaces.list()).items.map(({ metadata }) => metadata.name);
}

const isReady = (api: Apiserver) => waitFor(async () => (await ready(api)).status === 200, { what: 'the server to be ready again', everyMs: 100 });

/** What must hold while writes can't be done: they say so with a time to try again, /readyz says why, reads go on. */
async function refuses(t: Test, api: Apiserver, why: RegExp): Promise<void> {
  const refused = await write(api, 'refused');
  t.equal(refused.status, 503, refused.message);
  t.ok(refused.retryAfter > 0, 'it says when to try again');
  const shown = await waitFor(async () => ((await ready(api)).status === 503 ? ready(api) : undefined), { what: 'the server to be not ready' });
  t.match(shown.text, why, '/readyz says why');
  t.ok((await names(api)).includes('before'), 'reads go on');
  t.equal((await fetch(`${api.url}/livez`)).status, 200);
}

/** By itself all is well again: nothing acknowledged is lost, and what was refused can be repeated and is there once. */
async function recovers(t: Test, api: Apiserver): Promise<void> {
  await isReady(api);
  t.ok([201, 409].includes((await write(api, 'refused')).status), 'the refused write can be repeated');
  t.equal((await write(api, 'after')).status, 201);
  const there = await names(api);
  for (const name of ['before', 'refused', 'after']) t.equal(there.filter((each) => each === name).length, 1, name);
  await api.restart();
  t.same(await names(api), there, 'the log says the same');
}

t.test('a store that takes 3 s for each write is slow, and nothing else', async (t) => {
  const minio = await startMinio({ t });
  const proxy = await faultProxy({ target: minio.endpoint, t });
  const api = await serverOn(t, minio, proxy.endpoint);
  proxy.slow(1_000);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => write(api, `slow-${i}`)));
  t.same(answers.filter(({ status }) => status !== 201), []);
  t.equal((await ready(api)).status, 200, 'slow is not away');
  proxy.heal();
  t.equal((await names(api)).filter((name) => name.startsWith('slow-')).length, 20);
});

t.test('a full store refuses writes until there is room again', async (t) => {
  const dir = tempDir(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', dir]);
  t.teardown(() => void execFileSync('umount', ['--lazy', dir]));
  const minio = await startMinio({ t, dir });
  const api = await serverOn(t, minio);
  t.equal((await write(api, 'before')).status, 201);
  fill(join(dir, 'filler'));
  await refuses(t, api, /\[-\]store .*failed: .*(drive|storage|full|space)/i);
  rmSync(join(dir, 'filler'));
  await recovers(t, api);
});

t.test('with credentials that are not valid any more it says so, without telling them, and goes on when they are again', async (t) => {
  const minio = await startMinio({ t });
  const api = await serverOn(t, minio);
  t.equal((await write(api, 'before')).status, 201);
  await minio.restart('another-secret-key');
  await refuses(t, api, /\[-\]store .*failed: .*403 (SignatureDoesNotMatch|InvalidAccessKeyId)/);
  t.notMatch((await ready(api)).text, minio.secretKey);
  t.notMatch(api.program().lines.join('\n'), minio.secretKey, 'nor does the log');
  await minio.restart();
  await recovers(t, api);
});

t.test('a store whose clock is far from ours says so, and is followed', async (t) => {
  const minio = await startMinio({ t });
  const standIn = await skewedStandIn(t, minio.endpoint);
  const api = await serverOn(t, minio, standIn.endpoint);
  t.equal((await write(api, 'before')).status, 201);
  standIn.skewed = true;
  await refuses(t, api, /\[-\]store .*failed: .*403 RequestTimeTooSkewed/);
  standIn.skewed = false;
  await recovers(t, api);
});

t.test('when its bucket is removed a server refuses, and stops rather than begin a new history in an empty one', async (t) => {
  const minio = await startMinio({ t });
  const api = await serverOn(t, minio);
  t.equal((await write(api, 'before')).status, 201);
  await removeBucket(minio);
  await refuses(t, api, /\[-\]store .*failed: .*NoSuchBucket/);

  const empty = await openS3Store(storeOf(minio));
  t.same(await api.program().exited, { code: 1, signal: null });
  t.match(api.program().lines.join('\n'), /held the registry up to commit \d+ and has lost it/);
  t.same(await empty.list('registry/'), [], 'it has written nothing to the empty bucket');
  await t.rejects(api.restart(), { message: /is empty, and it held the registry up to commit/ }, 'nor does it at its next start');
  t.same(await empty.list('registry/'), []);
  await empty.close();
});

const storeOf = (minio: Minio) => ({ endpoint: minio.endpoint, bucket, region: minio.region, accessKeyId: minio.accessKey, secretAccessKey: minio.secretKey });

/** With all that is in it at one stroke, as MinIO can: a server that looks at an emptied bucket finds another fault. */
async function removeBucket(minio: Minio): Promise<void> {
  const client = s3Client(storeOf(minio));
  const removal = new DeleteBucketCommand({ Bucket: bucket });
  removal.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['x-minio-force-delete'] = 'true';
      return next(args);
    },
    { step: 'build' },
  );
  await client.send(removal);
  client.destroy();
}

/** Writes until there is no room. */
function fill(file: string): void {
  const piece = Buffer.alloc(64 * 1024);
  const to = openSync(file, 'w');
  try {
    for (;;) writeSync(to, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(to);
  }
}

/** Stands in front of a real store and answers, while told so, as one whose clock is hours away. */
async function skewedStandIn(t: Test, target: string): Promise<{ endpoint: string; skewed: boolean }> {
  const standIn = { endpoint: '', skewed: false };
  const body = '<?xml version="1.0"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the server\'s time is too large.</Message></Error>';
  const pass = (from: IncomingMessage, to: ServerResponse) => {
    const onward = ask(new URL(from.url!, target), { method: from.method, headers: from.headers }, (answer) => answer.pipe(to.writeHead(answer.statusCode!, answer.headers)));
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  };
  const server = createServer((from, to) => {
    if (!standIn.skewed) return pass(from, to);
    from.resume();
    to.writeHead(403, { 'content-type': 'application/xml', date: new Date(Date.now() + 6 * 3_600_000).toUTCString() }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  standIn.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return standIn;
}
