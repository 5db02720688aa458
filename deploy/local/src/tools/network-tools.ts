import { aptInstall, aptInstallClosed } from '../apt.js';
import type { Tool } from '../found.js';
import type { Part } from '../part.js';
import { tryRun } from '../run.js';
import { parseVersion } from '../version.js';
import { firstWay } from '../ways.js';

/** `ip` and `iptables`, with which the tests give a second Docker engine its network. */
export const networkTools: Part = {
  name: 'network-tools',
  find: present,
  get: async (progress) => {
    const way = { title: 'install iproute2 and iptables', closed: aptInstallClosed, take: () => aptInstall(['iproute2', 'iptables']) };
    const how = await firstWay('network-tools', [way], 'sudo apt-get install iproute2 iptables', progress);
    return { ...(await present())!, how };
  },
};

async function present(): Promise<Tool | undefined> {
  const [ip, iptables] = await Promise.all([tryRun('ip', ['-Version']), tryRun('iptables', ['--version'])]);
  if (ip === undefined || iptables === undefined) return undefined;
  return { name: 'network-tools', path: 'ip, iptables', version: parseVersion(iptables) ?? 'unknown', how: 'yours, on PATH' };
}
