import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCache } from '../part/cache.js';
import type { Tool } from '../part/found.js';
import type { Part } from '../part/part.js';
import { cachedProgram, pins } from '../part/pins.js';
import { download, unreachable } from '../ways/download.js';
import { go, goClosed, goMend, moduleDir } from '../ways/go.js';
import { placeProgram, withScratch } from '../ways/place.js';
import { goPlatform } from '../ways/platform.js';
import { run, tryRun, whereIs } from '../ways/run.js';
import { atLeast, parseVersion } from '../ways/version.js';
import { firstWay } from '../ways/ways.js';

const { version, floor } = pins.opentofu;
const releases = `https://github.com/opentofu/opentofu/releases/download/v${version}`;
const module = 'github.com/opentofu/opentofu';

/** OpenTofu: the one on PATH if it is new enough, else the pinned one. */
export const opentofu: Part = {
  name: 'opentofu',
  find: async () => (await own()) ?? (await cached()),
  get: async (progress) => {
    const path = cachedProgram.opentofu();
    const ways = [
      { title: `download OpenTofu ${version}`, closed: () => unreachable(releases), take: () => placeProgram(path, fromRelease) },
      { title: `build OpenTofu ${version} with Go (3–5 min)`, closed: goClosed, take: () => placeProgram(path, fromSource) },
    ];
    const how = await firstWay('opentofu', ways, `https://opentofu.org/docs/intro/install/, or ${goMend}`, progress);
    return { ...(await cached())!, how };
  },
};

async function own(): Promise<Tool | undefined> {
  const found = await versionOf('tofu');
  if (found === undefined || !atLeast(found, floor)) return undefined;
  return { name: 'opentofu', path: await whereIs('tofu'), version: found, how: 'yours, on PATH' };
}

async function cached(): Promise<Tool | undefined> {
  const path = cachedProgram.opentofu();
  if (!existsSync(path)) return undefined;
  const found = await versionOf(path);
  return found === undefined ? undefined : { name: 'opentofu', path, version: found, how: 'cached' };
}

async function versionOf(command: string): Promise<string | undefined> {
  // An empty setting for the CLI's configuration: one of the user's that is broken must not hide tofu.
  const text = await tryRun(command, ['version', '-json'], { env: { TF_CLI_CONFIG_FILE: '/dev/null' } });
  return parseVersion(text ?? '');
}

async function fromRelease(to: string): Promise<void> {
  const { os, arch } = goPlatform();
  const url = `${releases}/tofu_${version}_${os}_${arch}.tar.gz`;
  await withScratch(inCache('work', 'opentofu'), async (dir) => {
    const archive = join(dir, url.split('/').at(-1)!);
    await download({ url, sumsUrl: `${releases}/tofu_${version}_SHA256SUMS` }, archive);
    await run('tar', ['-xzf', archive, '-C', dir, 'tofu']);
    copyFileSync(join(dir, 'tofu'), to);
  });
}

/**
 * `go install …@version` refuses a module whose go.mod has a replace, as this
 * one has for hcl. So a module of our own requires it, with its own go.mod's
 * requirements and replace.
 */
async function fromSource(to: string): Promise<void> {
  await withScratch(inCache('work', 'opentofu'), async (dir) => {
    const source = await moduleDir(dir, `${module}@v${version}`);
    const requirements = readFileSync(join(source, 'go.mod'), 'utf8').replace(/^module .*/m, 'module spawnit.dev/build/opentofu');
    writeFileSync(join(dir, 'go.mod'), requirements);
    writeFileSync(join(dir, 'go.sum'), readFileSync(join(source, 'go.sum')));
    writeFileSync(join(dir, 'tools.go'), `//go:build tools\n\npackage tools\n\nimport _ "${module}/cmd/tofu"\n`);
    const flags = `-s -w -X ${module}/version.dev=no`;
    await go(dir, [
      ['mod', 'edit', `-require=${module}@v${version}`],
      ['build', '-mod=mod', '-trimpath', '-ldflags', flags, '-o', to, `${module}/cmd/tofu`],
    ]);
  });
}
