import { helloImage, skipped } from '@spawnit/local';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { request } from 'undici';
import { docker, processesNaming, spawnProgram, startDockerd, waitFor, type Engine } from '@spawnit/testkit';

const skip = skipped('second-engine') || skipped('hello-image');

const machinesBridge = '/sys/class/net/docker0';

/** Runs the hello image and gives the address of its published port. */
async function runHello(engine: Engine, ...args: string[]): Promise<string> {
  await engine.docker(['run', '--detach', '--name', 'hello', '--publish', '127.0.0.1::8080', ...args, helloImage]);
  return engine.docker(['port', 'hello', '8080']);
}

async function answers(address: string): Promise<boolean> {
  const { statusCode, body } = await request(`http://${address}/`);
  await body.dump();
  return statusCode === 200;
}

t.test('a second engine runs containers that answer on loopback, crashes and comes back', { skip }, async (t) => {
  const before = existsSync(machinesBridge);
  const engine = await startDockerd({ name: 'second', t });
  const id = (host?: string) => docker(['info', '--format', '{{.ID}}'], host);
  t.not(await id(engine.host), await id(), 'it is another engine');

  await engine.loadImage(helloImage);
  const address = await runHello(engine, '--restart', 'always');
  await waitFor(() => answers(address), { what: 'the container to answer' });
  t.notMatch(await docker(['ps', '--format', '{{.Ports}}']), address, 'the machine\'s engine knows nothing of it');

  await engine.kill();
  await t.rejects(engine.docker(['ps']));
  await t.rejects(answers(address), 'the published port went with the engine');

  await engine.restart();
  t.equal(existsSync(machinesBridge), before, 'the machine\'s own bridge is untouched');
  await waitFor(async () => answers(await engine.docker(['port', 'hello', '8080'])), { what: 'the container to answer again' });
});

t.test('containers of a network made by users reach each other by name', { skip }, async (t) => {
  const engine = await startDockerd({ name: 'networked', t });
  await engine.loadImage(helloImage);
  await engine.docker(['network', 'create', 'private']);
  await runHello(engine, '--network', 'private');
  // By ping: a static busybox can't resolve names in wget.
  const ping = ['ping', '-c', '1', '-W', '5', 'hello'];
  t.match(await engine.docker(['run', '--rm', '--network', 'private', helloImage, ...ping]), / 0% packet loss/);

  const id = await engine.docker(['network', 'inspect', '--format', '{{.Id}}', 'private']);
  const bridge = `/sys/class/net/br-${id.slice(0, 12)}`;
  t.ok(existsSync(bridge));
  await engine.kill();
  await engine.stop();
  t.notOk(existsSync(bridge), 'the network goes with the engine');
});

t.test('nothing is left of an engine that was stopped while its containers ran', { skip }, async (t) => {
  const engine = await startDockerd({ name: 'brief', t });
  await engine.loadImage(helloImage);
  await runHello(engine);
  const socket = fileURLToPath(engine.host.replace('unix:', 'file:'));
  const dir = socket.replace('/docker.sock', '');
  t.not(processesNaming(dir).length, 0);
  await engine.stop();
  t.same(processesNaming(dir), []);
  t.notOk(existsSync(dir));
  await t.resolves(engine.stop(), 'and again');
});

t.test('what a killed test leaves of its engine is cleared away by the next engine', { skip }, async (t) => {
  const entry = fileURLToPath(new URL('./fixtures/engine-holder.js', import.meta.url));
  const holder = spawnProgram({ name: 'engine-holder', entry, t });
  const [, container] = await holder.waitForLine(/^holding ([0-9a-f]{64})/);
  holder.kill('SIGKILL');
  await holder.exited;
  t.not(processesNaming(container!).length, 0, 'the container outlives it');
  await startDockerd({ name: 'next', t });
  // Another test's engine may have begun to clear it away before.
  await waitFor(() => processesNaming(container!).length === 0, { what: 'its container to be gone' });
});
