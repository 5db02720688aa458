import { aptInstall, aptInstallClosed } from '../apt.js';
import { daemonInstalled } from '../engine-state.js';
import type { Tool } from '../found.js';
import { MissingPart } from '../missing.js';
import type { Part } from '../part.js';
import { tryRun } from '../run.js';
import { parseVersion } from '../version.js';
import { firstWay } from '../ways.js';

const packages = ['docker.io', 'iproute2', 'iptables'];

/**
 * What the tests need to run a second Docker engine on this machine: root,
 * dockerd, and `ip` and `iptables` for its network.
 */
export const secondEngine: Part = {
  name: 'second-engine',
  needs: ['docker-engine'],
  find: present,
  get: async (progress) => {
    if (process.getuid?.() !== 0) {
      const mend = 'sudo npm test, or leave those tests out: SPAWNIT_TEST_SKIP=second-engine npm test';
      throw new MissingPart('second-engine', 'a second Docker engine can be started only by root', mend);
    }
    const way = { title: `install ${packages.join(', ')}`, closed: aptInstallClosed, take: () => aptInstall(packages) };
    const how = await firstWay('second-engine', [way], `sudo apt-get install ${packages.join(' ')}`, progress);
    const tool = await present();
    if (tool === undefined) throw new MissingPart('second-engine', 'dockerd, ip or iptables is still not there', 'put them on PATH');
    return { ...tool, how };
  },
};

async function present(): Promise<Tool | undefined> {
  if (process.getuid?.() !== 0 || !daemonInstalled()) return undefined;
  const [ip, iptables] = await Promise.all([tryRun('ip', ['-Version']), tryRun('iptables', ['--version'])]);
  if (ip === undefined || iptables === undefined) return undefined;
  const version = `with iptables ${parseVersion(iptables)}`;
  return { name: 'second-engine', path: 'dockerd', version, how: 'yours' };
}
