import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { faultProxy, freePort, startMinio, waitFor } from '@spawnit/testkit';
import t from 'tap';
import type { Test } from 'tap';
import { StoreUnavailable } from '../../src/store/object-store.js';
import { s3Client } from '../../src/store/s3-client.js';
import { openS3Store, S3Store } from '../../src/store/s3.js';
import { StoreConfig, openObjectStore } from '../../src/store/store-config.js';
import { opener, s3Config } from './drivers.js';
import { count, increment, server, times } from './registries.js';

t.setTimeout(600_000);

const options = (endpoint: string) => ({ endpoint, bucket: 'bucket', region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'secret' });

type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

/** Stands in for an S3 store that misbehaves in ways that a real one can't be made to. */
async function s3StandIn(t: Test, handle: Handler): Promise<{ endpoint: string; requests: string[] }> {
  const requests: string[] = [];
  const http = createServer(async (request, response) => {
    const body = await buffer(request);
    requests.push(request.method!);
    handle(request, body, response);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  t.teardown(() => {
    http.closeAllConnections();
    http.close();
  });
  return { endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, requests };
}

function store(t: Test, endpoint: string): S3Store {
  const opened = new S3Store(s3Client(options(endpoint)), options(endpoint));
  t.teardown(() => opened.close());
  return opened;
}

t.test('a store that overwrites what it should only create is refused, in plain words', async (t) => {
  const objects = new Map<string, Buffer>();
  const { endpoint } = await s3StandIn(t, ({ method, url }, body, response) => {
    if (method === 'PUT') objects.set(url!, body);
    response.end(method === 'GET' ? objects.get(url!) : undefined);
  });
  await t.rejects(openS3Store(options(endpoint)), { name: 'UnfitStore', message: /bucket bucket at .*overwrote.*If-None-Match/ });
});

t.test('a refused request is known not to be written; a broken one is not', async (t) => {
  for (const [status, ambiguous] of [[400, false], [403, false], [404, false], [429, false], [500, true], [502, true], [503, true], [504, true]] as const) {
    const { endpoint, requests } = await s3StandIn(t, (_, _body, response) => response.writeHead(status).end());
    await t.rejects(store(t, endpoint).putIfAbsent('key', Buffer.from('x')), { name: 'StoreUnavailable', ambiguous, message: `${status}` }, `${status}`);
    t.same(requests, ['PUT'], 'and it is not repeated by itself');
  }
});

t.test('a conflict with another write under way is tried again', async (t) => {
  const { endpoint, requests } = await s3StandIn(t, (_, _body, response) => response.writeHead(requests.length < 4 ? 409 : 200).end());
  t.equal(await store(t, endpoint).putIfAbsent('key', Buffer.from('x')), 'created');
  t.equal(requests.length, 4);
});

t.test('412 means that it exists', async (t) => {
  const { endpoint } = await s3StandIn(t, (_, _body, response) => response.writeHead(412).end());
  t.equal(await store(t, endpoint).putIfAbsent('key', Buffer.from('x')), 'exists');
});

t.test('a store that does not listen has written nothing; one that hangs up may have', async (t) => {
  const nobody = store(t, `http://127.0.0.1:${await freePort()}`);
  await t.rejects(nobody.putIfAbsent('key', Buffer.from('x')), { name: 'StoreUnavailable', ambiguous: false, message: /ECONNREFUSED/ });
  await t.rejects(nobody.get('key'), StoreUnavailable);
  await t.rejects(nobody.list(''), StoreUnavailable);
  const { endpoint } = await s3StandIn(t, (request) => request.socket.destroy());
  await t.rejects(store(t, endpoint).putIfAbsent('key', Buffer.from('x')), { name: 'StoreUnavailable', ambiguous: true });
});

t.test('a store that never answers is given up, and may have written', async (t) => {
  const { endpoint } = await s3StandIn(t, () => undefined);
  const silent = store(t, endpoint);
  await Promise.all([
    t.rejects(silent.putIfAbsent('key', Buffer.from('x')), { name: 'StoreUnavailable', ambiguous: true, message: /no answer within 6\.0 s/ }),
    t.rejects(silent.get('key'), { name: 'StoreUnavailable', message: /no answer within 6\.0 s/ }),
  ]);
});

t.test('an answer that breaks off is not taken for the object', async (t) => {
  const { endpoint } = await s3StandIn(t, (request, _, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half', () => request.socket.destroy());
  });
  await t.rejects(store(t, endpoint).get('key'), StoreUnavailable);
});

t.test('a missing bucket is made, wrong credentials are told', async (t) => {
  const minio = await startMinio({ t });
  const config = s3Config(minio);
  const open = opener(config, t);
  await (await open()).putIfAbsent('key', Buffer.from('x'));
  t.same(await (await open()).get('key'), Buffer.from('x'), 'and kept the next time');
  const wrong = StoreConfig.parse({ ...config, secretAccessKey: 'wrong-secret' });
  await t.rejects(openObjectStore(wrong), { name: 'StoreUnavailable', message: /bucket test-.* at http.*403/ });
});

t.test('connections torn at any moment: every increment that was acknowledged counts, once', async (t) => {
  const minio = await startMinio({ t });
  const proxy = await faultProxy({ target: minio.endpoint, t });
  const config = s3Config(minio);
  const direct = await server(t, await opener(config, t)());
  const torn = await server(t, await opener({ ...config, endpoint: proxy.endpoint } as StoreConfig, t)());
  let acked = 0;
  let open = 0;
  let done = false;
  const work = times(20, async (i) => {
    for (let n = 0; n < 20; n++) {
      await increment(i % 4 ? torn : direct, 'n').then(() => acked++, (error: StoreUnavailable) => (open += Number(error.ambiguous)));
    }
  }).then(() => (done = true));
  for (let faults = 0; !done; faults++) {
    const before = acked;
    await waitFor(() => done || acked > before + 5, { what: 'progress', everyMs: 1 });
    if (faults % 2) proxy.reset({ once: true });
    else {
      proxy.loseReplies();
      await waitFor(() => done || proxy.connections() > 0, { what: 'a connection', everyMs: 1 });
      proxy.reset({ once: true });
      proxy.heal();
    }
  }
  await work;
  await direct.sync();
  const total = count(direct.view, 'n');
  t.ok(total >= acked && total <= acked + open, `${acked} acknowledged, ${open} open, ${total} counted`);
  t.ok(acked > 300, `${acked}`);
});

t.test('a store configuration is checked', async (t) => {
  t.same(StoreConfig.parse({ driver: 'files', dir: '/x' }), { driver: 'files', dir: '/x' });
  for (const bad of [{}, { driver: 'ftp' }, { driver: 'files' }, { driver: 'files', dir: '/x', bucket: 'b' }, { ...options('localhost'), driver: 's3' }, { ...options('http://h'), driver: 's3', bucket: 'Not_A_Bucket' }]) {
    t.notOk(StoreConfig.safeParse(bad).success, JSON.stringify(bad));
  }
});

t.test('a store that answers 503 while it starts is waited for', async (t) => {
  let asked = 0;
  const { endpoint } = await s3StandIn(t, (_request, _, response) => {
    asked++;
    response.writeHead(asked < 4 ? 503 : 403).end();
  });
  await t.rejects(openObjectStore(StoreConfig.parse({ driver: 's3', endpoint, bucket: 'some', accessKeyId: 'a', secretAccessKey: 'b' })), { message: /403/ });
  t.equal(asked, 4);
});
