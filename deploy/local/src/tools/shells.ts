import type { Tool } from '../part/found.js';
import { MissingPart } from '../part/missing.js';
import type { Part } from '../part/part.js';
import { aptInstall, aptInstallClosed } from '../ways/apt.js';
import { tryRun, whereIs } from '../ways/run.js';
import { parseVersion } from '../ways/version.js';
import { firstWay } from '../ways/ways.js';

type Shell = 'zsh' | 'fish';

/** Shells whose completion is tested: the one on PATH, or Debian's. */
export const zsh = shell('zsh');
export const fish = shell('fish');

function shell(name: Shell): Part {
  return {
    name,
    find: () => present(name),
    get: async (progress) => {
      const way = { title: `install ${name} by apt`, closed: aptInstallClosed, take: () => aptInstall([name]) };
      const how = await firstWay(name, [way], `sudo apt-get install ${name}`, progress);
      const tool = await present(name);
      if (tool === undefined) throw new MissingPart(name, 'it is still not there', `put ${name} on PATH`);
      return { ...tool, how };
    },
  };
}

async function present(name: Shell): Promise<Tool | undefined> {
  const version = parseVersion((await tryRun(name, ['--version'])) ?? '');
  if (version === undefined) return undefined;
  return { name, path: await whereIs(name), version, how: 'yours' };
}
