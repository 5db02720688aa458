import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { copyImage, docker } from './docker.js';
import { claimSlot, layNetwork, reclaimSlots, releaseSlot, type EngineSlot } from './engine-slot.js';
import { processesNaming } from './processes.js';
import { spawnCommand, type Program } from './spawn.js';
import type { Teardown } from './teardown.js';
import { waitFor } from './wait-for.js';

export interface EngineOptions {
  /** How errors call it. */
  name: string;
  /** The test at whose end it is removed. */
  t?: Teardown;
}

/** A Docker engine of the tests' own, beside the machine's. */
export interface Engine {
  /** `unix:///…`, as in DOCKER_HOST. */
  host: string;
  /** What the daemon has written. */
  lines(): readonly string[];
  /** The docker client, against this engine. */
  docker(args: string[]): Promise<string>;
  /** Brings an image over from another engine (the machine's own by default). */
  loadImage(image: string, from?: string): Promise<void>;
  /** The engine crashes: SIGKILL. Its containers' processes live on. */
  kill(): Promise<void>;
  /** Starts it again over the same data, as the machine's start would. */
  restart(): Promise<void>;
  /** Ends and removes the engine with all it has made. */
  stop(): Promise<void>;
}

/**
 * A second real engine on this machine, with its own data, containerd, bridge,
 * addresses and engine id. Needs root. Published ports answer on 127.0.0.1
 * (through docker-proxy: iptables belongs to the machine's engine, since two
 * engines would flush each other's chains).
 */
export async function startDockerd({ name, t }: EngineOptions): Promise<Engine> {
  if (process.getuid?.() !== 0) throw new Error(`${name}: a second Docker engine can be started only by root`);
  await reclaimSlots();
  const slot = claimSlot();
  const host = `unix://${socketOf(slot)}`;
  let daemon: Program | undefined;
  const stop = async () => {
    await crash(daemon, slot);
    await releaseSlot(slot);
  };
  t?.teardown(stop);
  layNetwork(slot);
  prepare(slot);
  daemon = await launch(name, slot);
  return {
    host,
    lines: () => daemon?.lines ?? [],
    docker: (args) => docker(args, host),
    loadImage: (image, from) => copyImage(image, from, host),
    kill: () => crash(daemon, slot),
    restart: async () => {
      await crash(daemon, slot);
      daemon = await launch(name, slot);
    },
    stop,
  };
}

/**
 * Each engine would else take its id and its settings from /etc/docker. The id
 * is a key file's up to version 22, and stands in `engine-id` since 23.
 */
function prepare(slot: EngineSlot): void {
  const version = execFileSync(dockerdPath(), ['--version'], { encoding: 'utf8' });
  const old = Number(version.match(/version (\d+)/)?.[1]) < 23;
  const settings = old ? { 'deprecated-key-path': join(slot.dir, 'key.json') } : {};
  writeFileSync(join(slot.dir, 'daemon.json'), JSON.stringify(settings));
  mkdirSync(join(slot.dir, 'data'));
  writeFileSync(join(slot.dir, 'data', 'engine-id'), randomUUID());
}

async function launch(name: string, slot: EngineSlot): Promise<Program> {
  // A start of the machine clears /run too: else a pid used anew passes for a living containerd.
  rmSync(join(slot.dir, 'exec', 'containerd', 'containerd.pid'), { force: true });
  const daemon = spawnCommand({
    name,
    command: dockerdPath(),
    args: daemonArgs(slot),
    // The machine's DOCKER_HOST and temporary folder are not this engine's.
    env: { DOCKER_HOST: undefined, DOCKER_TMPDIR: undefined },
  });
  const look = async () => (daemon.running() ? answers(socketOf(slot)) : ('ended' as const));
  const found = await waitFor(look, { what: `the engine ${name} to answer` }).catch((error) => error);
  if (found === true) return daemon;
  await crash(daemon, slot);
  throw new Error(`the engine ${name} did not start; it wrote:\n${daemon.lines.slice(-20).join('\n')}`, { cause: found });
}

/** No address pool of its own: given one, a dockerd removes docker0 at its restart, which isn't its own. */
function daemonArgs(slot: EngineSlot): string[] {
  return [
    ...['--config-file', join(slot.dir, 'daemon.json')],
    ...['--data-root', join(slot.dir, 'data')],
    ...['--exec-root', join(slot.dir, 'exec')],
    ...['--pidfile', join(slot.dir, 'dockerd.pid')],
    ...['--host', `unix://${socketOf(slot)}`],
    ...['--bridge', slot.bridge],
    ...['--containerd-namespace', slot.id, '--containerd-plugins-namespace', `${slot.id}-plugins`],
    ...['--iptables=false', '--ip6tables=false', '--ip-masq=false'],
  ];
}

async function crash(daemon: Program | undefined, slot: EngineSlot): Promise<void> {
  daemon?.kill('SIGKILL');
  await daemon?.exited;
  // Its containerd and port proxies die with it, a moment later.
  const helpers = () => processesNaming(`${slot.dir}/`).filter(({ command }) => !command.includes('containerd-shim'));
  await waitFor(() => helpers().length === 0, { what: 'the helpers of the engine to end' });
}

function socketOf(slot: EngineSlot): string {
  return join(slot.dir, 'docker.sock');
}

function dockerdPath(): string {
  const path = ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].find((file) => existsSync(file));
  if (path === undefined) throw new Error('dockerd is not installed; `apt-get install docker.io` brings it');
  return path;
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    get({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('timeout', () => resolve(false))
      .on('error', () => resolve(false));
  });
}
