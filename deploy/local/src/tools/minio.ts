import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { inCache } from '../part/cache.js';
import type { Tool } from '../part/found.js';
import type { Part } from '../part/part.js';
import { cachedProgram, pins } from '../part/pins.js';
import { download, unreachable } from '../ways/download.js';
import { go, goClosed, goMend } from '../ways/go.js';
import { placeProgram, withScratch } from '../ways/place.js';
import { goPlatform } from '../ways/platform.js';
import { tryRun, whereIs } from '../ways/run.js';
import { firstWay } from '../ways/ways.js';

/**
 * The last binary that MinIO's makers published of the community edition; the
 * pin built from source is half a year younger.
 */
const release = 'RELEASE.2025-09-07T16-13-09Z';
const archive = 'https://dl.min.io/server/minio/release';
/** Conditional writes came with this one. */
const floor = '2024-08-26';

/** MinIO: the one on PATH if it honours conditional writes, else ours. */
export const minio: Part = {
  name: 'minio',
  find: async () => (await own()) ?? (await cached()),
  get: async (progress) => {
    const path = cachedProgram.minio();
    const ways = [
      { title: `download MinIO ${release}`, closed: () => unreachable(archive), take: () => placeProgram(path, fromRelease) },
      { title: `build MinIO ${pins.minio.version} with Go (3–4 min)`, closed: goClosed, take: () => placeProgram(path, fromSource) },
    ];
    const how = await firstWay('minio', ways, goMend, progress);
    return { ...(await cached())!, how };
  },
};

/** The date in what `minio --version` writes, e.g. `2025-09-07`; a build from source has none. */
export function releaseDate(text: string): string | undefined {
  return text.match(/RELEASE\.(\d{4}-\d{2}-\d{2})T/)?.[1];
}

async function own(): Promise<Tool | undefined> {
  const date = releaseDate((await tryRun('minio', ['--version'])) ?? '');
  if (date === undefined || date < floor) return undefined;
  return { name: 'minio', path: await whereIs('minio'), version: date, how: 'yours, on PATH' };
}

async function cached(): Promise<Tool | undefined> {
  const path = cachedProgram.minio();
  if (!existsSync(path)) return undefined;
  const text = await tryRun(path, ['--version']);
  if (text === undefined) return undefined;
  return { name: 'minio', path, version: releaseDate(text) ?? pins.minio.version, how: 'cached' };
}

async function fromRelease(to: string): Promise<void> {
  const { os, arch } = goPlatform();
  const url = `${archive}/${os}-${arch}/archive/minio.${release}`;
  await download({ url, sumsUrl: `${url}.sha256sum` }, to);
}

async function fromSource(to: string): Promise<void> {
  await withScratch(inCache('work', 'minio'), async (dir) => {
    const install = ['install', '-trimpath', '-ldflags', '-s -w', `github.com/minio/minio@${pins.minio.module}`];
    await go(dir, [install], { GOBIN: dir });
    renameSync(join(dir, 'minio'), to);
  });
}
