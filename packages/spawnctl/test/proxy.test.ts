import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { hostname } from 'node:os';
import { connect, type AddressInfo, type Socket } from 'node:net';
import t from 'tap';
import { proxyFor } from '../src/proxy.js';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl } from './spawnctl.js';

t.test('a proxy is taken for its protocol, and none to this machine or to what NO_PROXY names', async (t) => {
  const proxies = { http: 'http://plain:1', https: 'secure:2' };
  const table: [server: string, none: string | undefined, proxy: string | undefined][] = [
    ['http://a.example.com', undefined, 'http://plain:1'],
    ['https://a.example.com', undefined, 'http://secure:2'],
    ['http://localhost:7080', undefined, undefined],
    ['https://127.0.0.1:7080', undefined, undefined],
    ['http://127.example.com', undefined, 'http://plain:1'],
    ['http://[::1]:7080', undefined, undefined],
    ['http://a.example.com', '*', undefined],
    ['http://a.example.com', 'b.com, example.com', undefined],
    ['http://a.example.com', '.Example.com', undefined],
    ['http://a.example.com', '*.example.com', undefined],
    ['http://notexample.com', 'example.com', 'http://plain:1'],
    ['http://a.example.com:7080', 'example.com:7080', undefined],
    ['http://a.example.com', 'example.com:7080', 'http://plain:1'],
    ['https://a.example.com', 'example.com:443', undefined],
    ['http://10.1.2.3', '10.0.0.0/8', undefined],
    ['http://11.1.2.3', '10.0.0.0/8', 'http://plain:1'],
    ['http://10.1.2.3', '10.0.0.0/99', 'http://plain:1'],
    ['http://[fd00::7]:80', 'fd00::/8', undefined],
    ['http://[fd00::7]:80', 'fd00::7', undefined],
    ['http://10.example.com', '10.0.0.0/8', 'http://plain:1'],
  ];
  for (const [server, none, proxy] of table) t.equal(proxyFor(server, { ...proxies, none }), proxy, `${server} without ${none}`);
  t.equal(proxyFor('https://a.example.com', { http: 'http://plain:1' }), undefined, 'that for http is for http');
  t.throws(() => proxyFor('http://a.example.com', { http: 'http://' }), { message: /HTTP_PROXY must be an address/ });
});

t.test('through a proxy all is as without', async (t) => {
  const plane = await Plane.start(t);
  const proxy = await proxyTo(t, Number(new URL(plane.url).port));
  const env = { SPAWNIT_SERVER: 'http://spawnit.example', SPAWNIT_TOKEN: plane.token('admin'), http_proxy: proxy.url, HTTP_PROXY: undefined, NO_PROXY: undefined, no_proxy: undefined };
  t.match(await spawnctl(['apply', '-f', '-'], { env, input: web('far') }), { code: 0, stdout: 'service.spawnit.dev/far created\n' });
  t.match(await spawnctl(['get', 'svc', 'far', '-o', 'name'], { env }), { code: 0, stdout: 'service.spawnit.dev/far\n' });
  t.match(await spawnctl(['wait', 'svc/far', '--for=condition=Ready', '--timeout=2s'], { env }), { code: 124 }, 'a watch, too');
  t.ok(proxy.seen.includes('POST http://spawnit.example/apis/spawnit.dev/v1/namespaces/default/services'));
  const secure = { ...env, SPAWNIT_SERVER: 'https://spawnit.example', HTTPS_PROXY: proxy.url };
  t.match(await spawnctl(['get', 'svc'], { env: secure }), { code: 6, stderr: /cannot reach https:\/\/spawnit\.example through the proxy http:\/\/127\.0\.0\.1:\d+: .*certificate/ }, 'whose certificate no system knows');
  t.ok(proxy.seen.includes('CONNECT spawnit.example:443'));
  const known = ['-s', `https://${hostname()}:${new URL(plane.url).port}`, '--kubeconfig', plane.kubeconfig];
  t.match(await spawnctl([...known, 'get', 'svc', 'far', '-o', 'name'], { env: secure }), { code: 0, stdout: 'service.spawnit.dev/far\n' }, 'whose certificate the kubeconfig has');
  t.match(await spawnctl(['get', 'svc'], { env: { ...env, http_proxy: 'http://user:secret@127.0.0.1:1' } }), { code: 6, stderr: /through the proxy http:\/\/127\.0\.0\.1:1: / });
});

t.test('a manifest at an address is read through the proxy as well', async (t) => {
  const plane = await Plane.start(t);
  const files = createServer(({ url }, answer) => {
    if (url === '/moved.yaml') answer.writeHead(302, { location: 'http://elsewhere.example/web.yaml' }).end('moved');
    else answer.writeHead(url === '/web.yaml' ? 200 : 404).end(web('fetched'));
  }).listen(0, '127.0.0.1');
  t.teardown(() => files.close().closeAllConnections());
  await once(files, 'listening');
  const proxy = await proxyTo(t, (files.address() as AddressInfo).port);
  const env = { http_proxy: proxy.url, HTTP_PROXY: undefined, HTTPS_PROXY: undefined, https_proxy: undefined, NO_PROXY: undefined, no_proxy: undefined };
  const apply = (address: string, more: object = {}) => spawnctl(['apply', '-f', address], { kubeconfig: plane.kubeconfig, env: { ...env, ...more } });
  t.match(await apply('http://manifests.example/moved.yaml'), { code: 0, stdout: 'service.spawnit.dev/fetched created\n' });
  t.same(proxy.seen, ['GET http://manifests.example/moved.yaml', 'GET http://elsewhere.example/web.yaml']);
  t.match(await apply('http://manifests.example/none.yaml'), { code: 3, stderr: /manifests\.example\/none\.yaml: HTTP 404 Not Found/ });
  t.match(await apply('http://manifests.example/web.yaml', { http_proxy: 'http://user:secret@127.0.0.1:1' }), { code: 6, stderr: /web\.yaml \(through the proxy http:\/\/127\.0\.0\.1:1\): / });
  t.match(await apply('http://manifests.example/web.yaml', { http_proxy: 'http://' }), { code: 2, stderr: /HTTP_PROXY must be an address/ });
});

/** A stand-in for a company's proxy, behind which there is one server, whatever it is called. */
async function proxyTo(t: { teardown(end: () => void): void }, port: number): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const tunnels = new Set<Socket>();
  const server = createServer((asked, answer) => {
    seen.push(`${asked.method} ${asked.url}`);
    const { pathname, search } = new URL(asked.url!);
    const onward = request({ port, host: '127.0.0.1', path: pathname + search, method: asked.method, headers: asked.headers }, (given) => void given.pipe(answer.writeHead(given.statusCode!, given.headers)));
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  server.on('connect', (asked, socket: Socket) => {
    seen.push(`CONNECT ${asked.url}`);
    const onward = connect(port, '127.0.0.1', () => void socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    for (const each of [socket, onward]) tunnels.add(each.on('error', () => undefined));
    socket.pipe(onward).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const tunnel of tunnels) tunnel.destroy();
    server.close().closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
