import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inCache } from '../part/cache.js';
import { recordTool, type Tool } from '../part/found.js';
import { withLock } from '../part/lock.js';
import type { Part } from '../part/part.js';
import { cachedProgram, pins, providerMirror } from '../part/pins.js';
import { reachable } from '../ways/download.js';
import { go, goClosed, goMend } from '../ways/go.js';
import { placeProgram, withScratch } from '../ways/place.js';
import { goPlatform } from '../ways/platform.js';
import { firstWay } from '../ways/ways.js';

const { version, module } = pins.dockerProvider;
const registry = 'https://registry.opentofu.org/.well-known/terraform.json';
const source = 'registry.opentofu.org/kreuzwerker/docker';
/** What the provider's module calls itself, whatever it is fetched as. */
const ownName = 'github.com/terraform-providers/terraform-provider-docker';

/**
 * The docker provider. Where the registry answers, `tofu init` fetches it and
 * there is nothing to do; else it is built into a filesystem mirror. Its path
 * is that of the CLI configuration that tells tofu so.
 */
export const dockerProvider: Part = {
  name: 'docker-provider',
  find: async () => {
    if (await reachable(registry)) return configured('from the registry, by tofu init', false);
    return existsSync(mirrored()) ? configured('cached', true) : undefined;
  },
  get: async (progress) => {
    const build = {
      title: `build the docker provider ${version} with Go (2–3 min)`,
      closed: goClosed,
      take: () => placeProgram(mirrored(), fromSource),
    };
    const registryOut = { title: 'fetch it by tofu init', closed: async () => 'registry.opentofu.org can not be reached', take: async () => {} };
    const mend = `let this machine reach registry.opentofu.org, or ${goMend}`;
    return configured(await firstWay('docker-provider', [registryOut, build], mend, progress), true);
  },
};

/**
 * Makes sure that `tofu init` can have its providers, and gives the file to be
 * named in TF_CLI_CONFIG_FILE.
 */
export async function ensureProviders(progress: (line: string) => void = () => {}): Promise<{ cliConfigFile: string }> {
  const make = async () => (await dockerProvider.find()) ?? dockerProvider.get(progress);
  const tool = (await dockerProvider.find()) ?? (await withLock(dockerProvider.name, make));
  recordTool(tool);
  return { cliConfigFile: tool.path };
}

/** The text of tofu's CLI configuration, with a filesystem mirror where there is no registry. */
export function cliConfig(pluginCache: string, mirror?: string): string {
  const cache = `plugin_cache_dir = ${JSON.stringify(pluginCache)}\n`;
  if (mirror === undefined) return cache;
  return `${cache}
provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${source}"]
  }
  direct {
    exclude = ["${source}"]
  }
}
`;
}

function configured(how: string, withMirror: boolean): Tool {
  const path = cachedProgram['docker-provider']();
  const pluginCache = inCache('plugin-cache');
  mkdirSync(pluginCache, { recursive: true }); // tofu refuses one that isn't there.
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, cliConfig(pluginCache, withMirror ? providerMirror() : undefined));
  renameSync(temporary, path);
  return { name: 'docker-provider', path, version, how };
}

function mirrored(): string {
  const { os, arch } = goPlatform();
  return `${providerMirror()}/${source}/${version}/${os}_${arch}/terraform-provider-docker_v${version}`;
}

async function fromSource(to: string): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  await withScratch(inCache('work', 'docker-provider'), async (dir) => {
    const fork = `github.com/kreuzwerker/terraform-provider-docker ${module}`;
    const lines = [
      ...['module spawnit.dev/build/provider-docker', 'go 1.24'],
      ...[`require ${ownName} v0.0.0`, `replace ${ownName} => ${fork}`],
    ];
    writeFileSync(`${dir}/go.mod`, `${lines.join('\n')}\n`);
    writeFileSync(`${dir}/tools.go`, `//go:build tools\n\npackage tools\n\nimport _ "${ownName}"\n`);
    await go(dir, [
      ['mod', 'tidy'],
      ['build', '-mod=mod', '-trimpath', '-ldflags', '-s -w', '-o', to, ownName],
    ]);
  });
}
