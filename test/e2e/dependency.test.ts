import { condition, type Service } from '@spawnit/contract';
import { helloImage } from '@spawnit/local';
import { docker, waitFor } from '@spawnit/testkit';
import { lstatSync } from 'node:fs';
import t from 'tap';
import { bytesOf, filesBelow } from './files.js';
import { openScene } from './scene.js';

const password = 'canary-Pa55word-$&{x}';

/** The real images can't be had everywhere; hello stands in for both, which shows what they would be given. */
t.test('WordPress waits for its database, takes connection and password from it, and nobody else sees the password', { timeout: 600_000 }, async (t) => {
  const scene = await openScene(t);
  const make = (name: string, spec: object) => scene.client.services.create({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: scene.namespace }, spec } as Service);
  const from = (parameter: string, output: string) => ({ parameter, service: 'db', output });
  await make('blog', {
    template: 'wordpress',
    parameters: { image: helloImage },
    parametersFrom: [from('database_host', 'internal_host'), from('database_password', 'password'), from('database_user', 'user'), from('database_name', 'database')],
  });
  const waiting = await scene.phase('blog', 'Pending');
  t.match(condition(waiting, 'Ready')?.message, /db/, 'what it waits for is named');
  t.same(await scene.jobs('blog'), [], 'and nothing has run');

  await make('db', { template: 'mariadb', parameters: { password, image: helloImage } });
  const [blog, db] = [await scene.phase('blog', 'Ready'), await scene.phase('db', 'Ready')];
  t.equal(blog.status?.engine, db.status?.engine, 'both are on one engine');
  const [container] = await scene.containers('blog');
  const env = JSON.parse(await docker(['inspect', '--format', '{{json .Config.Env}}', container!])) as string[];
  t.ok(env.some((line) => line.endsWith(`=${password}`)), 'the container was given the password');
  t.ok(env.some((line) => /HOST=db(:3306)?$/.test(line)), 'and the host');
  await docker(['exec', container!, '/bin/busybox', 'nslookup', 'db']);

  t.notMatch(JSON.stringify([blog, db, await scene.jobs('blog'), await scene.jobs('db')]), /canary-Pa55word/, 'no answer shows it');
  const files = filesBelow(scene.star.options.dataDir).filter((file) => lstatSync(file, { throwIfNoEntry: false })?.isFile());
  t.same(files.filter((file) => bytesOf(file)?.includes('canary-Pa55word')), [], 'no file of the star holds it');

  await scene.client.services.delete('db', scene.namespace);
  const kept = await scene.phase('db', 'Deleting');
  t.match(condition(kept, 'Ready')?.message, /blog/, 'the database stays while the blog needs it');
  await scene.client.services.delete('blog', scene.namespace);
  await waitFor(async () => (await scene.client.services.list({ namespace: scene.namespace })).items.length === 0, { what: 'both to be gone', everyMs: 200 });
  t.same(await docker(['volume', 'ls', '--quiet', '--filter', `label=spawnit.dev/namespace=${scene.namespace}`]), '', 'with their data');
  await waitFor(async () => (await docker(['network', 'ls', '--quiet', '--filter', `label=spawnit.dev/namespace=${scene.namespace}`])) === '', { what: "the namespace's network to go with its last service", everyMs: 200 });
});
