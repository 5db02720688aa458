import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@spawnit/testkit';
import t from 'tap';
import { entries, moduleFolders, modulesRoot, tofuSource } from './catalogue.js';
import { tofu, tofuOk } from './tofu.js';
import { moduleShape } from './variables.js';

/** Providers that can be had from Go modules or a registry of ours; all others can't be run here. */
const provided = ['docker'];
const providerOf = (path: string) => path.split('/')[0]!;
const unvalidated = moduleFolders().filter((path) => !provided.includes(providerOf(path)));

t.test('all modules are formatted as tofu formats', async (t) => {
  const { code, stdout, stderr } = await tofu(['fmt', '-check', '-recursive', '-diff', modulesRoot], modulesRoot);
  t.equal(code, 0, stdout + stderr);
});

t.test('tofu validates every module whose provider can be had', async (t) => {
  const copy = tempDir(t);
  await cp(modulesRoot, copy, { recursive: true });
  for (const path of moduleFolders().filter((path) => !unvalidated.includes(path))) {
    const dir = join(copy, path);
    await tofuOk(['init', '-no-color', '-input=false'], dir);
    const { valid, diagnostics } = JSON.parse((await tofu(['validate', '-json'], dir)).stdout);
    t.ok(valid, path, { diagnostics });
    t.strictSame(diagnostics, [], `${path}: not a warning either`);
  }
});

t.test('of modules whose provider can not be had, tofu reads every line but validates none', async (t) => {
  for (const path of unvalidated) {
    await t.resolves(moduleShape(path), `${path} is read`);
    t.comment(`NOT VALIDATED, for want of its provider: ${path}`);
  }
  t.strictSame(unvalidated, ['aws/instance'], 'no module escapes validation unnoticed');
});

t.test('no module runs programs, keeps its state itself, or reaches outside its folder and its neighbours', async (t) => {
  for (const path of moduleFolders()) {
    const source = tofuSource(path);
    t.notMatch(source, /provisioner|"external"|local-exec|remote-exec|connection\s*{/, `${path} runs nothing`);
    t.notMatch(source, /backend\s+"|\bcloud\s*{/, `${path} leaves the state to the agent`);
    const sources = [...source.matchAll(/^\s*source\s*=\s*"(\.[^"]*|\/[^"]*|git[^"]*|http[^"]*)"/gm)].map((match) => match[1]!);
    for (const from of sources) t.match(from, /^\.\.\/[a-z0-9-]+$/, `${path} takes ${from} from beside it`);
  }
});

t.test('no module hides a change from the drift check, but for what can not be undone', async (t) => {
  const ignored = moduleFolders().flatMap((path) =>
    [...tofuSource(path).matchAll(/ignore_changes\s*=\s*(.*)/g)].map((match) => `${path} ${match[1]}`));
  t.strictSame(ignored, [
    'aws/instance [input]', // The machine image that was newest when the instance was made.
    'docker/instance [labels]', // Of volumes: another label would cost their data.
    'docker/volume [labels]',
  ]);
});

t.test('an EC2 instance is closed by default', async (t) => {
  const source = tofuSource('aws/instance');
  t.match(source, /http_tokens\s+= "required"/, 'IMDSv2 only');
  t.match(source, /encrypted\s+= true/, 'the disk is encrypted');
  const { variables } = await moduleShape('aws/instance');
  t.strictSame(variables.ssh_cidrs?.default, [], 'SSH is closed');
  const secrets = entries().filter(({ path }) => path === 'aws/instance').flatMap(({ template }) =>
    Object.values(template.spec.parameters.properties).filter((schema) => schema.writeOnly));
  t.strictSame(secrets, [], 'it takes no secret, so none can be in user_data');
});
