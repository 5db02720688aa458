import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ensureEach, ensureProviders, ensureTools, helloImage, skipped, toolPath } from '../../src/index.js';
import { cliConfig } from '../../src/tools/docker-provider.js';
import { dockerfile } from '../../src/tools/hello-image.js';

const quiet = { report: () => {} };

t.test('a real OpenTofu installs the docker provider by the configuration we write', { skip: skipped('opentofu') || skipped('docker-provider') }, async (t) => {
  await ensureTools(['opentofu'], quiet);
  const { cliConfigFile } = await ensureProviders();
  const cwd = t.testdir({
    'main.tf': 'terraform {\n  required_providers {\n    docker = { source = "kreuzwerker/docker", version = "4.6.0" }\n  }\n}\n',
  });
  const env = { ...process.env, TF_CLI_CONFIG_FILE: cliConfigFile };
  const output = execFileSync(toolPath('opentofu'), ['init', '-no-color'], { cwd, env, encoding: 'utf8' });
  t.match(output, /kreuzwerker\/docker v4\.6\.0/);
});

t.test('an engine that is not there fails what needs it too, and each is told', async (t) => {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = `unix://${t.testdir()}/none.sock`;
  t.teardown(() => {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  });
  const { found, missing } = await ensureEach(['docker-engine', 'hello-image'], quiet);
  t.same(found, []);
  t.match(missing, [
    { part: 'docker-engine', why: /DOCKER_HOST is .*nobody answers/, mend: /an engine that answers/ },
    { part: 'hello-image', why: /needs docker-engine/ },
  ]);
});

t.test('a program that was never installed is named with the command that gets it', async (t) => {
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = t.testdir();
  t.teardown(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  });
  t.throws(() => toolPath('minio'), { message: /minio is not installed; get it with: node .* tools minio/ });
  const own = join(process.env.XDG_CACHE_HOME!, 'spawnit', 'tools', 'minio-20260212201848');
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'minio'), '');
  t.equal(toolPath('minio'), join(own, 'minio'));
});

t.test('tofu is told of a mirror only where there is one', async (t) => {
  t.equal(cliConfig('/cache'), 'plugin_cache_dir = "/cache"\n');
  const text = cliConfig('/cache', '/mirror');
  t.match(text, /filesystem_mirror \{\n +path +=\s"\/mirror"\n +include = \["registry\.opentofu\.org\/kreuzwerker\/docker"\]/);
  t.match(text, /direct \{\n +exclude = \["registry\.opentofu\.org\/kreuzwerker\/docker"\]/);
});

t.test('the hello image installs busybox only where its base has none', async (t) => {
  t.match(dockerfile('scratch'), /COPY busybox/);
  t.notMatch(dockerfile('busybox:1.36'), /COPY busybox/);
  t.match(helloImage, /^spawnit\/hello:1$/);
});
