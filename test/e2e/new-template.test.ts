import type { Module, Service, Template } from '@spawnit/contract';
import { checkout, helloImage } from '@spawnit/local';
import { freePort, waitFor } from '@spawnit/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openScene, type Scene } from './scene.js';

t.test('a module and a template added while everything runs are used at once, and so is a newer version of them', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const name = scene.namespace;
  t.teardown(() => scene.client.templates.delete(name).catch(() => undefined));
  const first = await addModule(scene, 'Hello');
  await scene.client.templates.create(greeter(name, first));
  const port = await freePort();
  const greeting = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 'greeting', namespace: scene.namespace }, spec: { template: name, parameters: { who: 'Ada', port } } } as unknown as Service;
  await t.rejects(scene.client.services.create({ ...greeting, spec: { ...greeting.spec, parameters: { hwo: 'Ada', port } } }), { code: 'Invalid', message: /unknown parameter "hwo", did you mean "who"/ }, 'its schema holds at once');

  await scene.client.services.create(greeting);
  const ready = await scene.phase('greeting', 'Ready');
  t.equal(await page(port), 'Hello, Ada');
  t.equal(ready.status?.url, `http://127.0.0.1:${port}`, 'its outputs are told');
  t.equal(ready.status?.applied?.module, first);

  const second = await addModule(scene, 'Good evening');
  await scene.client.templates.patch(name, undefined, { spec: { module: second } });
  await scene.client.services.patch('greeting', scene.namespace, { spec: { parameters: { who: 'Grace' } } });
  await waitFor(async () => (await page(port)) === 'Good evening, Grace', { what: 'the newer module to be used' });
  t.equal((await scene.phase('greeting', 'Ready')).status?.applied?.module, second);
});

/** A module of its own that includes one of the catalogue's; gives its digest. */
async function addModule(scene: Scene, word: string): Promise<string> {
  const instance = join(checkout, 'modules/docker/instance');
  const included = readdirSync(instance).filter((file) => file.endsWith('.tf')).map((file) => [`instance/${file}`, readFileSync(join(instance, file), 'utf8')]);
  const files = { ...Object.fromEntries(included), 'greeter/main.tf': greeterModule(word) };
  const made = await scene.client.modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: {}, spec: { title: 'Greeter', root: 'greeter', files } } as unknown as Module);
  return made.metadata.name;
}

function greeterModule(word: string): string {
  return `
variable "spawnit" {
  type = object({ cluster = string, namespace = string, service = string, uid = string, network = string, host = string })
}
variable "who" { type = string }
variable "port" { type = number }
module "instance" {
  source  = "../instance"
  spawnit = var.spawnit
  image   = "${helloImage}"
  ports   = [{ internal = 8080, external = var.port }]
  files   = { "/www/index.html" = "${word}, \${var.who}" }
}
output "url" { value = module.instance.url }
`;
}

function greeter(name: string, module: string): Template {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Template',
    metadata: { name },
    spec: {
      title: 'Greeter',
      category: 'Tests',
      description: 'Greets somebody.',
      provider: 'docker',
      binding: 'Engine',
      module,
      abilities: ['docker'],
      parameters: {
        type: 'object',
        additionalProperties: false,
        required: ['who', 'port'],
        properties: { who: { type: 'string', title: 'Who' }, port: { type: 'integer', title: 'Port', minimum: 1, maximum: 65535, 'x-host-port': true } },
      },
      outputs: { url: { title: 'Address' } },
    },
  } as Template;
}

async function page(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}
