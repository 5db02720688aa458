import { checkout, toolPath } from '@spawnit/local';
import { docker, freePort, tempDir } from '@spawnit/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { stringify } from 'yaml';
import { openScene, webServer, type Scene } from './scene.js';

const spawnctl = [process.execPath, join(checkout, 'packages/spawnctl/dist/src/main.js')] as const;
const kubectls = [toolPath('kubectl'), toolPath('kubectl-current')];

t.test('spawnctl makes, shows, changes, watches over and deletes what really runs', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const person = atTheKeyboard(t, scene);
  const ctl = (...args: string[]) => person.types(t, ...spawnctl, ...args);
  const [port, other] = [await freePort(), await freePort()];

  t.match(await ctl('apply', '-f', person.manifest('web', port), '--wait', '--timeout', '180s'), /web created\n.*web condition met/);
  await scene.answers(port);
  t.match(await ctl('get', 'svc', '-o', 'wide'), new RegExp(`web +Ready +True .*http://127.0.0.1:${port}`));
  t.match(await ctl('logs', 'web'), /docker_container/, 'what tofu wrote is shown');
  t.match(await ctl('get', 'nodes'), /agent-1 [^]*agent-2 /);

  t.match(await ctl('apply', '-f', person.manifest('web', other)), /web configured/);
  await ctl('wait', 'svc/web', '--for=condition=Ready', '--timeout', '180s');
  await scene.answers(other);
  t.match(await ctl('diff', '-f', person.manifest('web', other)), /^$/, 'nothing differs');

  await docker(['rm', '--force', ...(await scene.containers('web'))]);
  await scene.phase('web', 'Drifted');
  t.match(await ctl('describe', 'svc', 'web'), /Drifted[^]*docker_container/, 'the drift is described, field by field');
  t.match(await ctl('plan', 'web'), /docker_container[^]*Plan: [1-9]\d* to add/);
  t.match(await ctl('delete', 'svc', 'web', '--timeout', '180s'), /web" deleted|web deleted/);
  t.same(await scene.containers('web'), []);
});

t.test('kubectl, today\'s and Debian\'s, makes, waits for, reads and deletes what really runs', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const person = atTheKeyboard(t, scene);
  for (const [index, kubectl] of kubectls.entries()) {
    const name = `web-${index}`;
    const ctl = (...args: string[]) => person.types(t, kubectl, ...args);
    const port = await freePort();
    t.match(await ctl('apply', '-f', person.manifest(name, port)), /created/, kubectl);
    await ctl('wait', '--for=condition=Ready', `svc/${name}`, '--timeout=180s');
    await scene.answers(port);
    t.equal(await ctl('get', 'svc', name, '-o', 'jsonpath={.status.url}'), `http://127.0.0.1:${port}`);
    t.match(await ctl('get', 'svc,jobs,nodes'), /service[^]*web-\d +Ready[^]*Succeeded[^]*agent-1/);
    await ctl('patch', 'svc', name, '--type=merge', '-p', '{"spec":{"suspend":true}}');
    await scene.phase(name, 'Suspended');
    await scene.answers(port);
    t.match(await ctl('delete', 'svc', name, '--timeout=180s'), /deleted/, 'it waits until it is gone');
    t.same(await scene.containers(name), []);
  }
});

/** A shell with the kubeconfig that the apiserver wrote, in the namespace of the scene. */
function atTheKeyboard(t: Test, scene: Scene) {
  const home = tempDir(t);
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: scene.star.kubeconfig };
  return {
    /** Runs a command to its end and gives its output; fails the test when it fails. */
    async types(t: Test, command: string, ...args: string[]): Promise<string> {
      const child = spawn(command, [...args, '--namespace', scene.namespace], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
      t.equal(code, 0, `${args.join(' ')}${code === 0 ? '' : `\n${stdout}${stderr}`}`);
      return stdout;
    },
    manifest(name: string, port: number): string {
      const file = join(home, `${name}.yaml`);
      writeFileSync(file, stringify(webServer(name, scene.namespace, port)));
      return file;
    },
  };
}
