import { toolPath } from '@spawnit/local';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { docker } from './docker.js';
import { freePort } from './free-port.js';
import { spawnCommand } from './spawn.js';
import type { Teardown } from './teardown.js';
import { waitFor } from './wait-for.js';

export interface Registry {
  /** `127.0.0.1:port`; engines take loopback registries without TLS. */
  address: string;
  /**
   * Pushes an image that the engine has under another name, and gives the
   * reference to pull it by. The engine itself keeps no copy of that name.
   */
  push(image: string, as: string, host?: string): Promise<string>;
  stop(): Promise<void>;
}

/** A real image registry on loopback, empty, ready to answer. */
export async function startRegistry({ t }: { t?: Teardown } = {}): Promise<Registry> {
  const dir = mkdtempSync(join(tmpdir(), 'spawnit-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const file = join(dir, 'config.yml');
  writeFileSync(file, configuration(address, join(dir, 'data')));
  const server = spawnCommand({ name: 'docker-registry', command: toolPath('docker-registry'), args: ['serve', file] });
  const stop = async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  t?.teardown(stop);
  const look = async () => {
    if (!server.running()) return 'ended' as const;
    const { statusCode, body } = await request(`http://${address}/v2/`);
    await body.dump();
    return statusCode === 200;
  };
  if ((await waitFor(look, { what: `the registry to answer at ${address}` })) === 'ended') {
    throw new Error(`the registry ended at its start; it wrote:\n${server.lines.join('\n')}`);
  }
  return { address, push: (image, as, host) => push(image, `${address}/${as}`, host), stop };
}

async function push(image: string, reference: string, host: string | undefined): Promise<string> {
  await docker(['tag', image, reference], host);
  await docker(['push', '--quiet', reference], host);
  await docker(['rmi', '--no-prune', reference], host);
  return reference;
}

function configuration(address: string, data: string): string {
  return JSON.stringify({
    version: '0.1', // The format's version; JSON is YAML too.
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: data }, delete: { enabled: true } },
    http: { addr: address },
  });
}
