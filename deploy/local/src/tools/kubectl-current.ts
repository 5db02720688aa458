import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCache } from '../part/cache.js';
import type { Tool } from '../part/found.js';
import type { Part } from '../part/part.js';
import { cachedProgram, pins } from '../part/pins.js';
import { go, goClosed, goMend, writeGoModule } from '../ways/go.js';
import { placeProgram, withScratch } from '../ways/place.js';
import { tryRun } from '../ways/run.js';
import { firstWay } from '../ways/ways.js';
import { kubectlRelease } from './kubectl-release.js';

const { version, module } = pins.kubectlCurrent;

/** A kubectl of today, beside the old one: clients of both ages must work. Always the pinned one, so that tests mean the same everywhere. */
export const kubectlCurrent: Part = {
  name: 'kubectl-current',
  find: cached,
  get: async (progress) => {
    const path = cachedProgram['kubectl-current']();
    const ways = [
      kubectlRelease(version, path),
      { title: `build kubectl ${version} with Go (2–3 min)`, closed: goClosed, take: () => placeProgram(path, fromSource) },
    ];
    const how = await firstWay('kubectl-current', ways, goMend, progress);
    return { ...(await cached())!, how };
  },
};

async function cached(): Promise<Tool | undefined> {
  const path = cachedProgram['kubectl-current']();
  const works = existsSync(path) && (await tryRun(path, ['version', '--client'])) !== undefined;
  return works ? { name: 'kubectl-current', path, version, how: 'cached' } : undefined;
}

const program = `package main

import (
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
`;

async function fromSource(to: string): Promise<void> {
  await withScratch(inCache('work', 'kubectl-current'), async (dir) => {
    writeGoModule(dir, 'kubectl', { 'k8s.io/component-base': module, 'k8s.io/kubectl': module });
    writeFileSync(join(dir, 'main.go'), program);
    const says = Object.entries({ gitVersion: `v${version}`, gitMajor: '1', gitMinor: version.split('.')[1]! }).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
    await go(dir, [['build', '-mod=mod', '-trimpath', '-ldflags', ['-s -w', ...says].join(' '), '-o', to, '.']]);
  });
}
