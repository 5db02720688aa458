import t from 'tap';
import { readHead } from '../../src/drift/request-head.js';

const plain = 'GET /v1.41/containers/json?all=1 HTTP/1.1\r\nHost: docker\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 0\r\n\r\n';

t.test('a read passes once its head has arrived wholly', (t) => {
  for (let length = 0; length < plain.length; length++) t.equal(readHead(Buffer.from(plain.slice(0, length))), undefined, `${length} bytes`);
  t.strictSame(readHead(Buffer.from(plain)), { method: 'GET', target: '/v1.41/containers/json?all=1', end: plain.length });
  t.match(readHead(Buffer.from('HEAD /_ping HTTP/1.1\r\n\r\n')), { method: 'HEAD', target: '/_ping' }, 'no headers at all');
  t.end();
});

t.test('what would change something, or brings more than a head, is refused', (t) => {
  const refused = 'a drift check changes nothing';
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'CONNECT', 'OPTIONS']) t.equal(readHead(Buffer.from(plain.replace('GET', method))), refused, method);
  for (const header of ['Content-Length: 3', 'content-length:3', 'Content-Length: 0, 3', 'Transfer-Encoding: chunked', 'Upgrade: tcp', 'Connection: keep-alive, Upgrade', 'Expect: 100-continue']) {
    t.equal(readHead(Buffer.from(`GET / HTTP/1.1\r\n${header}\r\n\r\n`)), refused, header);
  }
  t.end();
});

t.test('what two servers could read in two ways is refused', (t) => {
  const heads = {
    'a bare line feed': 'GET / HTTP/1.1\nPOST /containers/create HTTP/1.1\r\n\r\n',
    'a line feed in a header': 'GET / HTTP/1.1\r\nA: b\nTransfer-Encoding: chunked\r\n\r\n',
    'a bare carriage return': 'GET / HTTP/1.1\r\nA: b\rTransfer-Encoding: chunked\r\n\r\n',
    'a folded header': 'GET / HTTP/1.1\r\nA: b\r\n Transfer-Encoding: chunked\r\n\r\n',
    'a space before the colon': 'GET / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n',
    'a header without a name': 'GET / HTTP/1.1\r\n: chunked\r\n\r\n',
    'a nul': 'GET / HTTP/1.1\r\nA: \0\r\n\r\n',
    'an absolute target': 'GET http://elsewhere/ HTTP/1.1\r\n\r\n',
    'two spaces': 'GET  / HTTP/1.1\r\n\r\n',
    'another version': 'GET / HTTP/1.0\r\n\r\n',
    'an empty line first': '\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    'small letters': 'get / HTTP/1.1\r\n\r\n',
  };
  for (const [what, head] of Object.entries(heads)) t.equal(readHead(Buffer.from(head, 'latin1')), 'this is no plain HTTP request', what);
  t.equal(readHead(Buffer.alloc(100_000, 'a')), 'the head of the request is too long');
  t.equal(readHead(Buffer.from(`GET / HTTP/1.1\r\nA: ${'a'.repeat(100_000)}\r\n\r\n`)), 'the head of the request is too long');
  t.end();
});
