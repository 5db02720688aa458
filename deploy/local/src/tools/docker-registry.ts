import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { inCache } from '../part/cache.js';
import type { Tool } from '../part/found.js';
import type { Part } from '../part/part.js';
import { cachedProgram } from '../part/pins.js';
import { aptClosed, aptUnpack } from '../ways/apt.js';
import { download, unreachable } from '../ways/download.js';
import { placeProgram, withScratch } from '../ways/place.js';
import { goPlatform } from '../ways/platform.js';
import { run, tryRun, whereIs } from '../ways/run.js';
import { parseVersion } from '../ways/version.js';
import { firstWay } from '../ways/ways.js';

const version = '2.8.3';
const releases = `https://github.com/distribution/distribution/releases/download/v${version}`;

/**
 * The image registry that the tests pull from. Debian's is only unpacked: an
 * installed one would start as a service.
 */
export const dockerRegistry: Part = {
  name: 'docker-registry',
  find: async () => (await own()) ?? (await cached()),
  get: async (progress) => {
    const path = cachedProgram['docker-registry']();
    const ways = [
      { title: 'unpack Debian\'s docker-registry', closed: aptClosed, take: () => placeProgram(path, fromDebian) },
      { title: `download the registry ${version}`, closed: () => unreachable(releases), take: () => placeProgram(path, fromRelease) },
    ];
    const how = await firstWay('docker-registry', ways, 'https://github.com/distribution/distribution/releases', progress);
    return { ...(await cached())!, how };
  },
};

async function own(): Promise<Tool | undefined> {
  const found = await versionOf('docker-registry');
  if (found === undefined) return undefined;
  return { name: 'docker-registry', path: await whereIs('docker-registry'), version: found, how: 'yours, on PATH' };
}

async function cached(): Promise<Tool | undefined> {
  const path = cachedProgram['docker-registry']();
  const found = existsSync(path) ? await versionOf(path) : undefined;
  return found === undefined ? undefined : { name: 'docker-registry', path, version: found, how: 'cached' };
}

async function versionOf(command: string): Promise<string | undefined> {
  const text = await tryRun(command, ['--version']);
  return text === undefined ? undefined : (parseVersion(text) ?? 'unknown');
}

async function fromDebian(to: string): Promise<void> {
  await aptUnpack('docker-registry', async (root) => copyFileSync(join(root, 'usr/bin/docker-registry'), to));
}

async function fromRelease(to: string): Promise<void> {
  const { os, arch } = goPlatform();
  const url = `${releases}/registry_${version}_${os}_${arch}.tar.gz`;
  await withScratch(inCache('work', 'registry'), async (dir) => {
    const archive = join(dir, url.split('/').at(-1)!);
    await download({ url, sumsUrl: `${url}.sha256` }, archive);
    await run('tar', ['-xzf', archive, '-C', dir, 'registry']);
    copyFileSync(join(dir, 'registry'), to);
  });
}
