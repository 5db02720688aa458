import { waitFor } from '@spawnit/testkit';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { Pressure, Outlet } from '../../src/watch/outlet.js';

/** An answer whose reader takes nothing until told to. */
async function stream(t: Test): Promise<{ response: ServerResponse; read(): Promise<string> }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.pause();
  client.on('error', () => undefined);
  t.teardown(() => (client.destroy(), server.close()));
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const read = async () => {
    let text = '';
    client.on('data', (piece: Buffer) => (text += piece.toString()));
    client.resume();
    await once(client, 'close');
    return text;
  };
  return { response, read };
}

t.test('a reader that takes nothing is closed at the bound: what it has is without a gap, and what waited is let go', async (t) => {
  const { response, read } = await stream(t);
  const pressure = new Pressure();
  const line = (n: number) => `<${n}>${'x'.repeat(10_000)}\n`;
  const outlet = new Outlet<number>(response, line, pressure, 50);
  outlet.begun();
  let pushed = 0;
  await waitFor(() => (response.writableNeedDrain ? true : (outlet.push(pushed++), false)), { what: 'the connection to be full', everyMs: 1 });
  let most = 0;
  while (outlet.push(pushed)) {
    pushed += 1;
    most = Math.max(most, pressure.items);
  }
  t.equal(most, 50, 'so many waited, and no more');
  t.same({ ...pressure }, { items: 0, closed: 1 });
  t.notOk(outlet.push(pushed), 'nothing more is taken');
  const numbers = [...(await read()).matchAll(/<(\d+)>/g)].map((m) => Number(m[1]));
  t.same(numbers, numbers.map((_, i) => i), 'it resumes after the last that it has');
});
