import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inCache } from '../part/cache.js';
import { withLock } from '../part/lock.js';
import { withScratch } from './place.js';
import { run, tryRun } from './run.js';

/** True on Debian, Ubuntu and their kin. */
function hasApt(): boolean {
  return existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb');
}

/** Why no Debian package can be unpacked here, or undefined when one can. */
export async function aptClosed(): Promise<string | undefined> {
  return hasApt() ? undefined : 'there is no apt here';
}

/** The words to put before a command to run it as root without a question; undefined when we may not. */
export async function asRoot(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  return (await tryRun('sudo', ['-n', 'true'])) === undefined ? undefined : ['sudo', '-n'];
}

/** Why nothing can be installed by apt here, or undefined when it can. */
export async function aptInstallClosed(): Promise<string | undefined> {
  const closed = await aptClosed();
  if (closed !== undefined) return closed;
  return (await asRoot()) === undefined ? 'not root, and sudo would ask for a password' : undefined;
}

/** Installs Debian packages, without those that are only recommended. */
export async function aptInstall(packages: string[]): Promise<void> {
  const install = ['apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', ...packages];
  await withLock('apt', async () => {
    await rootRun(install).catch(async () => {
      await rootRun(['apt-get', 'update', '--quiet']);
      await rootRun(install);
    });
  });
}

/**
 * Unpacks a Debian package without installing it: nothing of the system
 * changes, no service starts, no other package's files are in the way.
 * `use` gets the folder that stands for `/`.
 */
export async function aptUnpack<T>(name: string, use: (root: string) => Promise<T>): Promise<T> {
  return withScratch(inCache('work', name), async (dir) => {
    const fetchPackage = () => run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', name], { cwd: dir });
    await fetchPackage().catch(async (error: Error) => {
      if ((await asRoot()) === undefined) throw error;
      await withLock('apt', () => rootRun(['apt-get', 'update', '--quiet']));
      await fetchPackage();
    });
    const file = readdirSync(dir).find((entry) => entry.endsWith('.deb'))!;
    const root = join(dir, 'root');
    await run('dpkg-deb', ['-x', join(dir, file), root]);
    return use(root);
  });
}

/** True when apt knows a package of this name. */
export async function aptKnows(name: string): Promise<boolean> {
  return ((await tryRun('apt-cache', ['show', '--no-all-versions', name])) ?? '') !== '';
}

async function rootRun(command: string[]): Promise<string> {
  const prefix = await asRoot();
  if (prefix === undefined) throw new Error(`\`${command.join(' ')}\` needs root`);
  const [file, ...args] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  return run(file!, args);
}
