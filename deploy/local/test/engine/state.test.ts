import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { engineHost, engineMissing, engineState, stateOf } from '../../src/engine/state.js';

const host = 'unix:///var/run/docker.sock';
const failure = (code: string) => Object.assign(new Error(code), { code });

t.test('absent, stopped and forbidden are told apart', async (t) => {
  t.match(stateOf(host, failure('ENOENT'), false), { kind: 'absent' });
  t.match(stateOf(host, failure('ENOENT'), true), { kind: 'stopped' });
  t.match(stateOf(host, failure('ECONNREFUSED'), false), { kind: 'stopped' });
  t.match(stateOf(host, failure('EACCES'), true), { kind: 'forbidden' });
  t.match(stateOf(host, failure('ETIMEDOUT'), true), { kind: 'unusable', reason: /ETIMEDOUT/ });
});

t.test('each has its own message, with the command that mends it', async (t) => {
  t.match(engineMissing({ kind: 'absent', host }), { why: /not installed/, mend: /apt-get install docker\.io/ });
  t.match(engineMissing({ kind: 'stopped', host }, true), { why: /not running/, mend: 'sudo systemctl start docker' });
  t.match(engineMissing({ kind: 'stopped', host }, false), { mend: /dockerd/ });
  t.match(engineMissing({ kind: 'forbidden', host }), { why: /may not use/, mend: /usermod -aG docker/ });
});

t.test('the engine is the one that DOCKER_HOST names', async (t) => {
  t.equal(engineHost({}), host);
  t.equal(engineHost({ DOCKER_HOST: 'tcp://10.0.0.1:2375' }), 'tcp://10.0.0.1:2375');
});

t.test('real sockets are asked: none, one that nobody serves, one of something else', async (t) => {
  const dir = t.testdir();
  t.match(await engineState(`unix://${dir}/none.sock`), { kind: /absent|stopped/ });
  writeFileSync(join(dir, 'file'), '');
  t.match(await engineState(`unix://${dir}/file`), { kind: 'stopped' });
  t.match(await engineState('ssh://machine'), { kind: 'unusable', reason: /only unix/ });

  const stranger = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  t.teardown(() => stranger.close());
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  t.match(await engineState(`tcp://127.0.0.1:${port}`), { kind: 'unusable', reason: /no Docker engine/ });
});
