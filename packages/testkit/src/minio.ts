import { toolPath } from '@spawnit/local';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { freePort } from './free-port.js';
import { spawnCommand, type Program } from './spawn.js';
import type { Teardown } from './teardown.js';
import { waitFor } from './wait-for.js';

export interface MinioOptions {
  /** Where its data stand; a temporary folder by default, removed by `stop`. */
  dir?: string;
  port?: number;
  /** The test at whose end it is stopped. */
  t?: Teardown;
}

export interface Minio {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
  /** Signals the process as it is; `SIGKILL` is a crash, `SIGSTOP` a hang. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data, with another secret key if one is given; ready when it returns. */
  restart(secretKey?: string): Promise<void>;
  stop(): Promise<void>;
}

const credentials = { accessKey: 'spawnit-test', secretKey: 'spawnit-test-secret', region: 'us-east-1' };

/** A real MinIO of one drive on loopback, ready to answer. */
export async function startMinio({ dir, port, t }: MinioOptions = {}): Promise<Minio> {
  const data = dir ?? mkdtempSync(join(tmpdir(), 'spawnit-minio-'));
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const endpoint = `http://${address}`;
  let server = launch(data, address);
  const end = async () => {
    await server.stop();
    if (dir === undefined) rmSync(data, { recursive: true, force: true });
  };
  t?.teardown(end);
  await ready(server, endpoint);
  return {
    endpoint,
    ...credentials,
    kill: async (signal) => {
      server.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await server.exited;
    },
    restart: async (secretKey) => {
      await server.stop();
      server = launch(data, address, secretKey);
      await ready(server, endpoint);
    },
    stop: end,
  };
}

function launch(data: string, address: string, secretKey = credentials.secretKey): Program {
  return spawnCommand({
    name: 'minio',
    command: toolPath('minio'),
    args: ['server', '--quiet', '--address', address, '--console-address', '127.0.0.1:0', data],
    env: {
      MINIO_ROOT_USER: credentials.accessKey,
      MINIO_ROOT_PASSWORD: secretKey,
      MINIO_UPDATE: 'off', // No call home.
      MINIO_CI_CD: '1', // Lets it serve from the root drive.
    },
  });
}

async function ready(server: Program, endpoint: string): Promise<void> {
  const look = async () => {
    if (!server.running()) return 'ended' as const;
    const { statusCode, body } = await request(`${endpoint}/minio/health/ready`);
    await body.dump();
    return statusCode === 200;
  };
  const found = await waitFor(look, { what: `MinIO to be ready at ${endpoint}` });
  if (found === 'ended') throw new Error(`MinIO ended at its start; it wrote:\n${server.lines.slice(-20).join('\n')}`);
}
