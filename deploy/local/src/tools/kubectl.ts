import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool } from '../part/found.js';
import type { Part } from '../part/part.js';
import { cachedProgram, pins } from '../part/pins.js';
import { aptClosed, aptUnpack } from '../ways/apt.js';
import { placeProgram } from '../ways/place.js';
import { tryRun, whereIs } from '../ways/run.js';
import { atLeast, parseVersion } from '../ways/version.js';
import { firstWay } from '../ways/ways.js';
import { kubectlRelease } from './kubectl-release.js';

const { version } = pins.kubectl;

/**
 * kubectl: the one on PATH, else a release, else Debian's (1.20). Debian's is
 * only unpacked: other packages may own /usr/bin/kubectl already.
 */
export const kubectl: Part = {
  name: 'kubectl',
  find: async () => (await own()) ?? (await cached()),
  get: async (progress) => {
    const path = cachedProgram.kubectl();
    const ways = [
      kubectlRelease(version, path),
      { title: 'unpack Debian\'s kubernetes-client', closed: aptClosed, take: () => placeProgram(path, fromDebian) },
    ];
    const how = await firstWay('kubectl', ways, 'https://kubernetes.io/docs/tasks/tools/', progress);
    return { ...(await cached())!, how };
  },
};

async function own(): Promise<Tool | undefined> {
  const text = await clientVersion('kubectl');
  const found = usableVersion(text ?? '');
  if (found === undefined) return undefined;
  return { name: 'kubectl', path: await whereIs('kubectl'), version: found, how: 'yours, on PATH' };
}

/**
 * The version in what `kubectl version` writes, if we can use it. A dispatcher
 * (Google's) isn't kubectl: it chooses one by the server that it talks to.
 */
export function usableVersion(text: string): string | undefined {
  const found = parseVersion(text.match(/"gitVersion": *"v([^"]*)"/)?.[1] ?? '');
  if (found === undefined || text.includes('-dispatcher')) return undefined;
  return atLeast(found, pins.kubectl.floor) ? found : undefined;
}

async function cached(): Promise<Tool | undefined> {
  const path = cachedProgram.kubectl();
  if (!existsSync(path)) return undefined;
  const found = usableVersion((await clientVersion(path)) ?? '');
  return found === undefined ? undefined : { name: 'kubectl', path, version: found, how: 'cached' };
}

function clientVersion(command: string): Promise<string | undefined> {
  return tryRun(command, ['version', '--client', '--output', 'json']);
}

async function fromDebian(to: string): Promise<void> {
  await aptUnpack('kubernetes-client', async (root) => copyFileSync(join(root, 'usr/bin/kubectl'), to));
}
