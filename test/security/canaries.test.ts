import { helloImage } from '@spawnit/local';
import { docker, freePort } from '@spawnit/testkit';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { machineEngine, openScene } from '../e2e/scene.js';

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

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? [path, ...filesBelow(path)] : [path];
  });
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
  t.same(files.filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isFile() && holds(readFileSync(file))), [], 'files');
  const shut = (path: string) => (lstatSync(path).mode & 0o077) === 0;
  const open = files.filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === false && !shut(file) && !shut(dirname(file)));
  t.same(open, [], 'files and sockets that others may read or speak to');
  await client.services.delete('a', namespace);
});
