import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { helloImage } from '@spawnit/local';
import { docker, tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import { Engine } from '../../src/docker/engine.js';
import { openGate } from '../../src/lease/gate.js';

const refused = 'SpawnIt: the lease of this node is over';

/** A gate before this machine's engine, with the lever of its lease. */
async function gateFor(t: Teardown) {
  const lease = { holds: true, asked: 0 };
  const socket = join(tempDir(t), 'gate.sock');
  const refusal = () => {
    lease.asked += 1;
    return lease.holds ? undefined : refused;
  };
  const gate = await openGate({ engine: '/var/run/docker.sock', socket, refusal });
  t.teardown(() => gate.close());
  const name = `gate-${randomUUID().slice(0, 8)}`;
  t.teardown(() => docker(['rm', '--force', name]));
  return { lease, gate, host: `unix://${socket}`, socket, name };
}

t.test('while the lease holds everything passes: create, exec, logs, copy, remove', async (t) => {
  const { host, name } = await gateFor(t);
  await docker(['create', '--name', name, '--network', 'none', helloImage], host);
  await docker(['start', name], host);
  t.equal(await docker(['exec', name, '/bin/busybox', 'echo', 'by a tunnel'], host), 'by a tunnel', 'a connection that changes its protocol');
  await docker(['cp', process.execPath, `${name}:/big`], host);
  t.match(await docker(['exec', name, '/bin/busybox', 'ls', '-l', '/big'], host), /big/, 'a body of a hundred megabytes');
  await docker(['logs', name], host);
  await docker(['rm', '--force', name], host);
});

t.test('after the lease reads still pass, and nothing that changes something does', async (t) => {
  const { lease, host, name } = await gateFor(t);
  await docker(['create', '--name', name, '--network', 'none', helloImage], host);
  lease.holds = false;
  t.match(await docker(['ps', '--all'], host), name);
  for (const change of [['start', name], ['rm', '--force', name], ['create', '--name', `${name}2`, helloImage], ['network', 'create', name], ['cp', process.execPath, `${name}:/big`]]) {
    await t.rejects(docker(change, host), { message: new RegExp(refused) }, change[0]!);
  }
  t.match(await docker(['inspect', '--format', '{{.State.Status}}', name]), 'created', 'it was never started');
  lease.holds = true;
  await docker(['start', name], host);
});

t.test('a request that began in time is not carried on when the lease ends before its body does', async (t) => {
  const { lease, socket, name } = await gateFor(t);
  const body = JSON.stringify({ Image: helloImage });
  const call = httpRequest({ socketPath: socket, method: 'POST', path: `/containers/create?name=${name}`, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } });
  const answer = new Promise<number>((resolve, reject) => call.on('response', (res) => resolve(res.statusCode!)).on('error', reject));
  call.write(body.slice(0, 5));
  call.flushHeaders();
  await waitFor(() => lease.asked > 0, { what: 'the request to have begun' });
  lease.holds = false;
  call.end(body.slice(5));
  t.equal(await answer, 503);
  t.equal(await docker(['ps', '--all', '--quiet', '--filter', `name=${name}`]), '');
});

t.test('what is under way is broken off by a cut, and the gate goes on for what comes later', async (t) => {
  const { gate, socket } = await gateFor(t);
  const engine = new Engine(socket);
  t.teardown(() => engine.close());
  const events = await new Promise<IncomingMessage>((resolve, reject) => httpRequest({ socketPath: socket, path: '/events' }, resolve).on('error', reject).end());
  const outcome = new Promise((resolve) => events.on('error', () => resolve('broken off')).on('end', () => resolve('ended')).resume());
  gate.cut();
  t.equal(await outcome, 'broken off');
  t.ok((await engine.info()).ID, 'reads pass again');
});

t.test('what was let through as a change of protocol is no way around the lease', async (t) => {
  const { lease, socket, name } = await gateFor(t);
  t.teardown(() => docker(['network', 'rm', name]).catch(() => undefined));
  const connection = connect(socket);
  t.teardown(() => connection.destroy());
  let heard = '';
  connection.setEncoding('utf8').on('data', (text: string) => (heard += text)).on('error', () => undefined);
  // The engine knows of no such protocol, and takes what follows for requests.
  connection.write('GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: nothing\r\n\r\n');
  await waitFor(() => /200 OK[^]*OK$/.test(heard), { what: 'the first answer' });
  lease.holds = false;
  const body = JSON.stringify({ Name: name });
  connection.write(`POST /networks/create HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await waitFor(() => connection.closed || /201 Created/.test(heard), { what: 'the connection to be broken off' });
  t.equal(await docker(['network', 'ls', '--quiet', '--filter', `name=${name}`]), '');
});

t.test('an engine that does not answer is named', async (t) => {
  const socket = join(tempDir(t), 'gate.sock');
  const gate = await openGate({ engine: '/nowhere/docker.sock', socket, refusal: () => undefined });
  t.teardown(() => gate.close());
  await t.rejects(docker(['create', helloImage], `unix://${socket}`), { message: /cannot reach the Docker engine/ });
});
