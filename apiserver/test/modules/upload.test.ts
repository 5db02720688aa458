import { tempDir } from '@spawnit/testkit';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Module } from '@spawnit/contract';
import { HandAgent, startPlane, type Plane } from '../agent/plane.js';

const main = 'variable "text" {}\nresource "terraform_data" "this" { input = var.text }\n';

function post(plane: Plane, spec: object, name?: string): Promise<Module> {
  return plane.as('admin').modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: { name }, spec } as Module);
}

const bundle = (agent: HandAgent, { metadata }: Module) => agent.transport.json({ path: `/agent/v1/modules/${metadata.name}/bundle` });

t.test('a module is made of files, named by their digest, and fetched by agents', async (t) => {
  const plane = await startPlane(t);
  const agent = await HandAgent.join(t, plane, 'n1');
  const module = await post(plane, { title: 'Mine', root: 'web', files: { 'web/main.tf': main, 'web/README.md': 'x' } });
  t.match(module, { metadata: { name: /^sha256-[0-9a-f]{64}$/ }, spec: { title: 'Mine', root: 'web', digest: module.metadata.name, size: main.length + 1, fileNames: ['web/README.md', 'web/main.tf'] } });
  t.notOk('files' in module.spec, 'files are not served with the resource');
  t.same(await bundle(agent, module), { root: 'web', files: { 'web/README.md': 'x', 'web/main.tf': main } });
  await t.rejects(post(plane, { root: 'web', files: { 'web/main.tf': main, 'web/README.md': 'x' } }), { code: 'AlreadyExists' });
  await t.rejects(post(plane, { files: { 'main.tf': main } }, `sha256-${'0'.repeat(64)}`), { code: 'Invalid', message: /must be the digest of the files/ });
  await t.rejects(plane.as('admin').modules.patch(module.metadata.name, undefined, { spec: { title: 'Other' } }), { code: 'Invalid' });
});

t.test('a template over a new module serves without a restart', async (t) => {
  const plane = await startPlane(t);
  const { metadata } = await post(plane, { files: { 'main.tf': main } });
  const parameters = { type: 'object', additionalProperties: false, properties: { text: { type: 'string' } } };
  await plane.as('admin').templates.create({ apiVersion: 'spawnit.dev/v1', kind: 'Template', metadata: { name: 'mine' }, spec: { title: 'Mine', category: 'Tests', description: '', provider: 'terraform', binding: 'Remote', module: metadata.name, parameters } } as never);
  const service = await plane.as('admin').services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: 's', namespace: 'default' }, spec: { template: 'mine', parameters: { text: 'x' } } } as never);
  t.match(service.spec, { template: 'mine' });
});

t.test('a dry run leaves no trace', async (t) => {
  const plane = await startPlane(t);
  const before = await plane.context.objects.list('modules/');
  await plane.as('admin').modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: {}, spec: { files: { 'main.tf': main } } } as never, { dryRun: true });
  t.same(await plane.context.objects.list('modules/'), before);
});

t.test('a tar is read like its files, gzipped or not', async (t) => {
  const plane = await startPlane(t);
  const dir = tempDir(t);
  mkdirSync(join(dir, 'web/files'), { recursive: true });
  writeFileSync(join(dir, 'web/main.tf'), main);
  writeFileSync(join(dir, 'web/files/x.tftpl'), 'x');
  const send = (args: string[], contentType: string) => plane.as('admin').transport.json<Module>({ method: 'POST', path: '/apis/spawnit.dev/v1/modules', body: execFileSync('tar', [...args, '-C', dir, '.']), contentType });
  const module = await send(['-c'], 'application/x-tar');
  t.match(module.spec, { root: 'web', fileNames: ['web/files/x.tftpl', 'web/main.tf'] });
  await t.rejects(send(['-cz'], 'application/gzip'), { code: 'AlreadyExists', message: new RegExp(module.metadata.name) });
  mkdirSync(join(dir, 'part'));
  writeFileSync(join(dir, 'part/main.tf'), main);
  await t.rejects(send(['-c'], 'application/x-tar'), { code: 'Invalid', message: /which of the folders/ });
  writeFileSync(join(dir, 'web/part.tf'), 'module "part" {\n  source = "../part"\n}\n');
  t.match((await send(['-c'], 'application/x-tar')).spec, { root: 'web' }, 'a folder that another includes is not the one to run');
  symlinkSync('/etc/passwd', join(dir, 'web/link.tf'));
  await t.rejects(send(['-c'], 'application/x-tar'), { code: 'BadRequest', message: /symbolic link/ });
});

t.test('what no agent may run is refused, each file named', async (t) => {
  const plane = await startPlane(t);
  await t.rejects(post(plane, {}), { code: 'Invalid', message: /spec.files: is required/ });
  await t.rejects(post(plane, { files: { 'main.tf': main, '../x.tf': main } }), { code: 'Invalid' });
  await t.rejects(post(plane, { files: { 'main.tf': `${main}\nresource "terraform_data" "x" {\n  provisioner "local-exec" { command = "id" }\n}` } }), { code: 'Invalid', details: { causes: [{ field: 'spec.files["main.tf"]', message: /provisioner/ }] } });
  await t.rejects(post(plane, { files: { 'main.tf': 'x'.repeat(300 * 1024) } }), { code: 'Invalid', message: /larger than/ });
  const { transport } = plane.as('admin');
  await t.rejects(transport.json({ method: 'POST', path: '/apis/spawnit.dev/v1/modules', body: Buffer.alloc(3 * 1024 * 1024), contentType: 'application/x-tar' }), { code: 'PayloadTooLarge' });
  await t.rejects(transport.json({ method: 'POST', path: '/apis/spawnit.dev/v1/modules', body: Buffer.from('rubbish'), contentType: 'application/x-tar' }), { code: /Invalid|BadRequest/ });
  await t.rejects(plane.as('scheduler').modules.create({ apiVersion: 'spawnit.dev/v1', kind: 'Module', metadata: {}, spec: { files: { 'main.tf': main } } } as never), { code: 'Forbidden' });
});
