import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { inCache } from '../part/cache.js';
import type { Tool } from '../part/found.js';
import type { Part } from '../part/part.js';
import { cachedProgram, goClientSource, pins } from '../part/pins.js';
import { go, goClosed, goMend, writeGoModule } from '../ways/go.js';
import { placeProgram, withScratch } from '../ways/place.js';
import { firstWay } from '../ways/ways.js';

const { version, module } = pins.kubectlCurrent;

/** A program on Kubernetes' Go library, for tests of the API: built from test/kubectl/go-client, anew when that has changed. */
export const goClient: Part = {
  name: 'go-client',
  find: cached,
  get: async (progress) => {
    const way = { title: `build a client on client-go ${module} (1–2 min)`, closed: goClosed, take: () => placeProgram(cachedProgram['go-client'](), build) };
    const how = await firstWay('go-client', [way], goMend, progress);
    return { ...(await cached())!, how };
  },
};

async function cached(): Promise<Tool | undefined> {
  const path = cachedProgram['go-client']();
  return existsSync(path) ? { name: 'go-client', path, version, how: 'cached' } : undefined;
}

async function build(to: string): Promise<void> {
  await withScratch(inCache('work', 'go-client'), async (dir) => {
    writeGoModule(dir, 'client', { 'k8s.io/apimachinery': module, 'k8s.io/client-go': module });
    copyFileSync(goClientSource, join(dir, 'main.go'));
    await go(dir, [['build', '-mod=mod', '-trimpath', '-ldflags', '-s -w', '-o', to, '.']]);
  });
}
