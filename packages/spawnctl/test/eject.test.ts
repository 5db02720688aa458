import { tempDir } from '@spawnit/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { web } from './manifests.js';
import { Plane } from './plane.js';
import { spawnctl } from './spawnctl.js';
import { obliging, StandInAgent, type Work } from './stand-in-agent.js';

/** As tofu does: under a lock. */
const withState: Work = async (job, log, inputs) => {
  const { address, username, password } = inputs.state;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const id = 'b7c39f6e-5a77-4f9a-9f0e-5d0d8d1f0a11';
  const send = async (method: string, url: string, body: object) => {
    const answer = await fetch(url, { method, headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
  };
  await send('LOCK', address, { ID: id });
  await send('POST', `${address}?ID=${id}`, { version: 4, terraform_version: '1.12.6', serial: 1, lineage: 'c1b6f5e2-93aa-4c55-8a5e-1f6f0c2f9a11', outputs: {}, resources: [] });
  await send('UNLOCK', address, { ID: id });
  return obliging(job, log, inputs);
};

t.test('who is bound to a namespace writes a service of it out, and none of another', async (t) => {
  const plane = await Plane.start(t);
  const admin = plane.as('admin');
  plane.startController('reconciler');
  plane.startController('scheduler');
  await StandInAgent.join(t, plane, 'star-1', withState);
  await admin.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hers' } } as never);
  for (const namespace of ['hers', 'default']) t.match(await spawnctl(['-n', namespace, 'apply', '-f', '-', '--wait'], { kubeconfig: plane.kubeconfig, input: web('web') }), { code: 0 });
  const { token } = await admin.createToken({ name: 'ann', namespaces: ['hers'], days: 1 });
  const ann = (...args: string[]) => spawnctl(args, { env: { SPAWNIT_SERVER: plane.url, SPAWNIT_TOKEN: token } });

  const folder = join(tempDir(t), 'web');
  t.match(await ann('-n', 'hers', 'eject', 'web', '--to', folder), { code: 0, stdout: `${folder}\n` });
  const { status } = await admin.services.get('web', 'hers');
  const source = await admin.source('hers', 'web');
  t.match(source, { module: status!.applied!.module, host: '127.0.0.1' });
  t.ok(Object.keys(source.files).length > 0);
  for (const [path, text] of Object.entries(source.files)) t.equal(readFileSync(join(folder, path), 'utf8'), text, path);
  t.match(JSON.parse(readFileSync(join(folder, source.root, 'terraform.tfstate'), 'utf8')), { serial: 1 });
  t.match(JSON.parse(readFileSync(join(folder, source.root, 'terraform.tfvars.json'), 'utf8')), { image: 'nginx' });

  t.match(await ann('-n', 'default', 'eject', 'web', '--to', join(folder, 'more')), { code: 4, stderr: /ann@hers is bound to namespace hers: this is outside/ });
});
