import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toolPath } from '../part/found.js';
import { nextFreePort } from './port.js';
import type { StoreChoice } from './programs.js';

const readyWithinMs = 30_000;

/** A MinIO of this star's own, on loopback, with credentials made at the first start. */
export async function startStarMinio(dataDir: string): Promise<{ store: StoreChoice; stop: () => Promise<void> }> {
  const home = join(dataDir, 'minio');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const credentials = ownCredentials(join(home, 'credentials.json'));
  const address = `127.0.0.1:${await nextFreePort(9000)}`;
  const child = launch(join(home, 'data'), address, credentials, join(dataDir, 'logs'));
  await ready(child, `http://${address}`);
  return {
    store: { driver: 's3', endpoint: `http://${address}`, bucket: 'spawnit', region: 'us-east-1', accessKeyId: credentials.user, secretAccessKey: credentials.password },
    stop: () => end(child),
  };
}

interface Credentials {
  user: string;
  password: string;
}

function ownCredentials(file: string): Credentials {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
  const made = { user: 'spawnit', password: randomBytes(24).toString('base64url') };
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

function launch(data: string, address: string, { user, password }: Credentials, logs: string): ChildProcess {
  mkdirSync(data, { recursive: true });
  mkdirSync(logs, { recursive: true });
  const log = openSync(join(logs, 'minio.log'), 'a', 0o600);
  const child = spawn(toolPath('minio'), ['server', '--quiet', '--address', address, '--console-address', '127.0.0.1:0', data], {
    env: { ...process.env, MINIO_ROOT_USER: user, MINIO_ROOT_PASSWORD: password, MINIO_UPDATE: 'off', MINIO_CI_CD: '1' },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  return child;
}

async function ready(child: ChildProcess, endpoint: string): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    const ok = await fetch(`${endpoint}/minio/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`MinIO did not become ready at ${endpoint}`);
    await delay(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
