import { startApiserver } from '@spawnit/testkit';
import { request } from 'node:http';
import { connect } from 'node:net';
import t from 'tap';

const path = '/apis/spawnit.dev/v1/namespaces/default/services';

t.test('who sends too much, and hangs up after it, gets to read why every time; who goes away half-way is forgotten', async (t) => {
  // A process of its own: in one with its client it would read and close in step with it.
  const api = await startApiserver(t);
  const headers = { authorization: `Bearer ${api.token('admin')}`, 'content-type': 'application/json' };
  const body = Buffer.alloc(10_000_000, ' ');
  const sent = () =>
    new Promise<string>((resolve, reject) => {
      const outgoing = request(api.url + path, { method: 'POST', headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece)).on('end', () => resolve(text));
      });
      outgoing.on('error', reject).end(body);
    });
  for (let i = 0; i < 20; i++) t.match(JSON.parse(await sent()), { code: 413, reason: 'PayloadTooLarge' });

  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n{`);
  socket.destroySoon();
  t.equal((await fetch(api.url + path, { headers })).status, 200);
});
