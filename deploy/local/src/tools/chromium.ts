import type { Tool } from '../part/found.js';
import { MissingPart } from '../part/missing.js';
import type { Part } from '../part/part.js';
import { aptInstall, aptInstallClosed } from '../ways/apt.js';
import { tryRun, whereIs } from '../ways/run.js';
import { parseVersion } from '../ways/version.js';
import { firstWay } from '../ways/ways.js';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser for the dashboard's tests: the one on PATH, or Debian's. */
export const chromium: Part = {
  name: 'chromium',
  find: present,
  get: async (progress) => {
    const way = { title: 'install chromium by apt', closed: aptInstallClosed, take: () => aptInstall(['chromium']) };
    const how = await firstWay('chromium', [way], 'sudo apt-get install chromium', progress);
    const tool = await present();
    if (tool === undefined) throw new MissingPart('chromium', 'it is still not there', 'put chromium on PATH');
    return { ...tool, how };
  },
};

async function present(): Promise<Tool | undefined> {
  for (const name of names) {
    const version = parseVersion((await tryRun(name, ['--version'])) ?? '');
    if (version !== undefined) return { name: 'chromium', path: await whereIs(name), version: String(version), how: 'yours' };
  }
  return undefined;
}
