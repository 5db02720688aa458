import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, type Teardown } from '@spawnit/testkit';
import t from 'tap';
import { digestOf } from '../../src/workdir/bundle.js';
import { variablesOf } from '../../src/workdir/variables.js';
import { Workdirs } from '../../src/workdir/workdirs.js';
import { moduleBundle, serviceFor } from '../deployment.js';
import { startApiserverStandIn } from '../stand-ins/apiserver-stand-in.js';

const bundle = { root: 'm', files: { 'm/main.tf': 'locals {}', 'other/main.tf': '# sibling' } };
const digest = digestOf(bundle);

/** Does what `tofu init` does to a folder, without it. */
function initLike(path: string): void {
  mkdirSync(join(path, '.terraform/providers'), { recursive: true });
  symlinkSync('/somewhere/provider', join(path, '.terraform/providers/p'));
  writeFileSync(join(path, '.terraform.lock.hcl'), '# lock');
}
const workdirs = (t: Teardown) => {
  const dir = tempDir(t);
  return { dir, all: new Workdirs(dir) };
};

t.test('a digest covers root, names and contents, in an order of its own', async (t) => {
  // By another implementation, over the bytes root\0.\0a.tf\03\0€.
  t.equal(digestOf({ root: '.', files: { 'a.tf': '€' } }), 'sha256-6a2530d437589957f30dc65fb7ab349b50bdd90296358e7e58be500eebb68e4e');
  const turned = { root: 'm', files: { 'other/main.tf': '# sibling', 'm/main.tf': 'locals {}' } };
  t.equal(digestOf(turned), digest);
  for (const other of [{ ...bundle, root: 'other' }, { ...bundle, files: { ...bundle.files, 'm/main.tf': 'locals { }' } }, { ...bundle, files: { 'm/mainX.tf': 'locals {}', 'other/main.tf': '# sibling' } }]) t.not(digestOf(other), digest);
});

t.test('init is done once for a module; others get a copy, their providers still links', async (t) => {
  const { all } = workdirs(t);
  let inits = 0;
  const ready = async (uid: string) => {
    const { path, initialised } = await all.prepare(uid, digest, bundle);
    if (!initialised) {
      await all.initialise(uid, digest, path, async () => {
        inits += 1;
        initLike(path);
      });
    }
    return path;
  };
  const paths = await Promise.all(['a', 'b', 'c'].map(ready));
  paths.push(await ready('d'));
  t.equal(inits, 1);
  for (const path of paths) {
    t.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
    t.equal(readFileSync(join(path, '.terraform.lock.hcl'), 'utf8'), '# lock');
    t.same(JSON.parse(readFileSync(join(path, 'spawnit_backend_override.tf.json'), 'utf8')), { terraform: { backend: { http: {} } } });
  }
});

t.test('a failed init is not taken for one that is done', async (t) => {
  const { all } = workdirs(t);
  const { path } = await all.prepare('a', digest, bundle);
  await t.rejects(all.initialise('a', digest, path, () => Promise.reject(new Error('no provider'))));
  t.notOk((await all.prepare('a', digest, bundle)).initialised);
  t.notOk((await all.prepare('b', digest, bundle)).initialised);
});

t.test('another module in the same place starts anew', async (t) => {
  const { all } = workdirs(t);
  const first = await all.prepare('a', digest, bundle);
  await all.initialise('a', digest, first.path, async () => initLike(first.path));
  t.ok((await all.prepare('a', digest, bundle)).initialised);
  const next = { root: 'm', files: { 'm/main.tf': '# new' } };
  const { path, initialised } = await all.prepare('a', digestOf(next), next);
  t.notOk(initialised);
  t.equal(readFileSync(join(path, 'main.tf'), 'utf8'), '# new');
  t.throws(() => statSync(join(path, '../other')), { code: 'ENOENT' });
});

t.test('a state that was not handed in is not removed with the folder of another module, or a broken one', async (t) => {
  const { all } = workdirs(t);
  const { path } = await all.prepare('a', digest, bundle);
  await all.initialise('a', digest, path, async () => initLike(path));
  writeFileSync(join(path, 'errored.tfstate'), '{"version":4}');
  const next = { root: 'm', files: { 'm/main.tf': '# new' } };
  const busy = { message: /not handed in yet/ };
  await t.rejects(all.prepare('a', digestOf(next), next), busy);
  await t.rejects(all.rebuild('a', digest), busy);
  t.equal(await all.erroredState('a', 'm'), '{"version":4}');
  t.ok((await all.prepare('a', digest, bundle)).initialised, 'a check of the same module takes nothing away');
  await all.dropErroredState('a', 'm');
  t.notOk((await all.prepare('a', digestOf(next), next)).initialised);
});

t.test('a full disk takes a workdir, and not what is noted of its service; that goes with the service', async (t) => {
  const { all } = workdirs(t);
  await all.prepare('uid', digest, bundle);
  const restart = { order: 'apply-1/1@0', ids: ['c0ffee'] };
  const run = { epoch: 1, root: 'm', applying: true, state: { address: 'a', username: 'u', password: 'p' } };
  await all.noteRestart('uid', restart);
  await all.noteRun('uid', run);
  await all.shed('uid');
  t.equal((await all.prepare('uid', digest, bundle)).initialised, false, 'it is made anew');
  await all.shed('uid');
  t.same(await all.lastRestart('uid'), restart, 'what was made anew is not made anew once more');
  t.same(await all.lastRun('uid'), run, 'an apply that was broken off is told');
  t.same(await all.list(), ['uid']);
  await all.remove('uid');
  t.same(await all.list(), []);
  t.equal(await all.lastRestart('uid'), undefined);
});

t.test('what would lead out of the folder is refused', async (t) => {
  const { all } = workdirs(t);
  for (const uid of ['../a', 'a/b', '', '.', '..', 'a\0b', `${'a'.repeat(200)}`]) await t.rejects(all.prepare(uid, digest, bundle), { message: /can't name a folder/ }, JSON.stringify(uid));
  for (const other of ['sha256-../x', '../../etc']) await t.rejects(all.prepare('a', other, bundle), { message: /can't name a folder/ }, other);
});

t.test('a module that asks whom it is for is told; one that does not is not', async (t) => {
  const inputs = await serviceFor(t, await startApiserverStandIn(t));
  const { serviceUid: uid, namespace, service, cluster } = inputs;
  t.match(variablesOf(inputs, moduleBundle(), '10.0.0.1'), { spawnit: { cluster, namespace, service, uid, network: `spawnit-${namespace}`, host: '10.0.0.1' }, image: String });
  t.notOk('spawnit' in variablesOf(inputs, bundle, '10.0.0.1'));
});
