import { helloImage } from '@spawnit/local';
import { docker, freePort } from '@spawnit/testkit';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import t from 'tap';
import { bytesOf, filesBelow } from '../e2e/files.js';
import { heldEngine } from '../e2e/held-engine.js';
import { machineEngine, openScene, type Scene } from '../e2e/scene.js';

const canary = `canary-${process.pid}-Zq9!w`;
const forms = [canary, Buffer.from(canary).toString('base64').replace(/=+$/, ''), Buffer.from(canary).toString('base64url'), encodeURIComponent(canary), Buffer.from(canary).toString('hex')];

/** What would be worked out if any of it were taken for tofu's language. */
const hostile = {
  FILE: '${file("/etc/passwd")}',
  DIRECTIVE: '%{ for x in [1,2] }x%{ endfor }',
  ESCAPED: '$${x} %%{y} \\${z} $$$${a}',
  QUOTES: '"}\nresource "terraform_data" "x" {}\n#',
  HEREDOC: '<<EOT\n${1+1}\nEOT\n',
  REFERENCE: '${var.secret_env}',
  UNICODE: '\uff04{1+1} \u2028 \u202e',
};

const holds = (text: string | Buffer) => forms.find((form) => text.includes(form));

/** Files of the scene that hold the canary, in the clear or in an archive that anyone can open. */
function telling({ star }: Scene): string[] {
  const files = filesBelow(dirname(dirname(star.kubeconfig))).filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isFile());
  return files.filter((file) => {
    const bytes = bytesOf(file) ?? Buffer.alloc(0);
    return holds(bytes) || (bytes.subarray(0, 2).toString() === 'PK' && basename(file) === 'plan');
  });
}

/** Most bytes of a core dump of this process; undefined when it has ended. */
function coreLimit(pid: number): string | undefined {
  const limits = bytesOf(`/proc/${pid}/limits`);
  return limits && /^Max core file size +(\S+)/m.exec(limits.toString())?.[1];
}

/** Looks at the arguments of all processes until told to stop. */
function watchArguments(): () => string[] {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        if (holds(line)) seen.add(line);
      } catch {
        // It has ended.
      }
    }
  }, 20);
  return () => {
    clearInterval(timer);
    return [...seen];
  };
}

t.test('values are data to tofu, and a secret stands nowhere but in its container', async (t) => {
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: machineEngine }] });
  const seenInArguments = watchArguments();
  const parameters = { image: helloImage, ports: [{ internal: 8080, external: await freePort() }], env: hostile, secret_env: { PASSWORD: canary, ODD: `${canary}\${1+1}` } };
  const made = await scene.client.services.create({
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name: 'a', namespace: scene.namespace, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { parameters } }) } },
    spec: { template: 'container', parameters },
  } as never);
  t.notOk(holds(JSON.stringify(made)), 'the answer to its own writer');
  await scene.phase('a', 'Ready', 'Failed');
  const [id = ''] = await scene.containers('a');
  const { Env } = (JSON.parse(await docker(['inspect', id])) as { Config: { Env: string[] } }[])[0]!.Config;
  for (const [name, value] of Object.entries({ ...hostile, PASSWORD: canary, ODD: `${canary}\${1+1}` })) t.ok(Env.includes(`${name}=${value}`), `${name} came through to the letter`);

  t.same(seenInArguments(), [], 'arguments of processes');
  const { client, namespace, star } = scene;
  const lists = await Promise.all([client.services, client.jobs, client.revisions, client.events].map((each) => each.list({ namespace })));
  t.notOk(holds(JSON.stringify(lists)), 'records');
  for (const path of ['/metrics', `/apis/spawnit.dev/v1/namespaces/${namespace}/services/a/log`]) t.notOk(holds(await client.transport.text({ path })), path);
  for (const name of star.names) t.notOk(holds(star.process(name).tail(100_000)), `what ${name} wrote`);
  const files = filesBelow(dirname(dirname(star.kubeconfig)));
  t.ok(files.length > 50, `${files.length} files were looked at`);
  t.same(telling(scene), [], 'files');
  for (const name of star.names) t.match(coreLimit(star.process(name).pid!), ['apiserver', 'agent-1'].includes(name) ? /^[01]$/ : /./, `${name} leaves no memory behind when it crashes`);
  const shut = (path: string) => ((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) === 0;
  const open = files.filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === false && !shut(file) && !shut(dirname(file)));
  t.same(open, [], 'files and sockets that others may read or speak to');
  await client.services.delete('a', namespace);
});

t.test('an agent that is killed in the middle of an apply leaves no secret, no state and no plan that anyone can read', { timeout: 600_000 }, async (t) => {
  const held = await heldEngine(t, machineEngine);
  const scene = await openScene(t, { agents: [{ name: 'agent-1', dockerHost: held.host }] });
  const spec = { template: 'container', parameters: { image: helloImage, env: { MODE: 'one' }, secret_env: { PASSWORD: canary } } };
  await scene.client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'a', namespace: scene.namespace }, spec } as never);
  await scene.phase('a', 'Ready');
  held.hold(/^POST .*\/containers\/create/);
  await scene.client.services.patch('a', scene.namespace, { spec: { parameters: { env: { MODE: 'two' } } } });
  await held.held();
  const agent = scene.star.process('agent-1');
  const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === String(agent.pid));
  const limits = children.map((pid) => coreLimit(Number(pid))).filter((limit) => limit !== undefined);
  t.ok(limits.length > 0, 'tofu runs');
  for (const limit of limits) t.match(limit, /^[01]$/, 'nor does tofu leave its memory');
  const plans = filesBelow(dirname(dirname(scene.star.kubeconfig))).filter((file) => basename(file) === 'plan');
  t.equal(plans.length, 1, 'the plan that is being applied stands on the disk');
  await agent.killNow();
  t.same(filesBelow(dirname(dirname(scene.star.kubeconfig))).filter((file) => basename(file) === 'plan'), plans, 'and stays there');
  t.same(telling(scene), [], 'unreadable');
  held.release();
  scene.star.startAgent({ name: 'agent-1', dockerHost: held.host });
  await scene.phase('a', 'Ready');
  t.same(filesBelow(dirname(dirname(scene.star.kubeconfig))).filter((file) => plans.includes(file)), [], 'the next agent clears it away');
  t.same(telling(scene), []);
  await scene.client.services.delete('a', scene.namespace);
});

function parentOf(pid: string): string | undefined {
  try {
    return /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
