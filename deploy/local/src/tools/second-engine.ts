import { daemonInstalled } from '../engine/state.js';
import type { Tool } from '../part/found.js';
import { MissingPart } from '../part/missing.js';
import type { Part } from '../part/part.js';
import { aptInstall, aptInstallClosed } from '../ways/apt.js';
import { tryRun } from '../ways/run.js';
import { parseVersion } from '../ways/version.js';
import { firstWay } from '../ways/ways.js';

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
