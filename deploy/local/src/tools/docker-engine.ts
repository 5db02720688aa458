import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { engineHost, engineMissing, engineState, hasSystemd, type EngineState } from '../engine/state.js';
import { inCache } from '../part/cache.js';
import type { Tool } from '../part/found.js';
import { MissingPart } from '../part/missing.js';
import type { Part, Progress } from '../part/part.js';
import { aptInstall, aptInstallClosed, aptKnows, asRoot } from '../ways/apt.js';
import { run, tryRun } from '../ways/run.js';

const startMs = 60_000;

/**
 * A Docker engine that answers, and the docker client. One that is absent or
 * stopped is installed and started where that needs no questions.
 */
export const dockerEngine: Part = {
  name: 'docker-engine',
  find: async () => {
    const state = await engineState(engineHost());
    return state.kind === 'running' && (await hasClient()) ? asTool(state, 'yours') : undefined;
  },
  get: async (progress) => {
    const state = await engineState(engineHost());
    if (state.kind === 'running') return withClient(state, progress);
    // An engine that DOCKER_HOST names is for its owner to start.
    if (state.kind === 'forbidden' || state.kind === 'unusable' || process.env.DOCKER_HOST) throw engineMissing(process.env.DOCKER_HOST ? namedByPerson(state) : state);
    if (state.kind === 'absent') await install(state, progress);
    return start(progress);
  },
};

/** What is installed here says nothing about an engine that DOCKER_HOST names. */
function namedByPerson(state: Exclude<EngineState, { kind: 'running' }>): Exclude<EngineState, { kind: 'running' }> {
  if (state.kind !== 'stopped' && state.kind !== 'absent') return state;
  return { kind: 'unusable', host: state.host, reason: `DOCKER_HOST is ${state.host}, where nobody answers` };
}

function asTool(state: Extract<EngineState, { kind: 'running' }>, how: string): Tool {
  return { name: 'docker-engine', path: state.host, version: state.version, how };
}

async function hasClient(): Promise<boolean> {
  return (await tryRun('docker', ['--version'])) !== undefined;
}

async function withClient(state: Extract<EngineState, { kind: 'running' }>, progress: Progress): Promise<Tool> {
  const missing = 'the engine runs, but there is no docker client on PATH';
  if ((await aptInstallClosed()) !== undefined) {
    throw new MissingPart('docker-engine', missing, 'install the docker command line client: https://docs.docker.com/get-docker/');
  }
  progress('install the docker client …');
  await aptInstall((await aptKnows('docker-cli')) ? ['docker-cli'] : ['docker.io']);
  return asTool(state, 'yours; client installed');
}

async function install(state: Extract<EngineState, { kind: 'absent' }>, progress: Progress): Promise<void> {
  const closed = await aptInstallClosed();
  if (closed !== undefined) throw engineMissing(state);
  progress('install docker.io and iptables by apt …');
  // From Debian 13 on the client is a package of its own.
  const client = (await aptKnows('docker-cli')) ? ['docker-cli'] : [];
  await aptInstall(['docker.io', 'iptables', ...client]).catch((error: Error) => {
    throw new MissingPart('docker-engine', error.message, 'sudo apt-get install docker.io iptables', { cause: error });
  });
}

async function start(progress: Progress): Promise<Tool> {
  const state = await engineState(engineHost());
  if (state.kind === 'running') return asTool(state, 'installed'); // apt has started it.
  const prefix = await asRoot();
  if (prefix === undefined) throw engineMissing({ kind: 'stopped', host: state.host });
  progress('start the Docker engine …');
  const log = inCache('logs', 'dockerd.log');
  if (hasSystemd()) await startByService(prefix);
  else {
    removeStalePidFiles();
    launch(prefix, log);
  }
  return untilItAnswers(log);
}

async function startByService(prefix: string[]): Promise<void> {
  const [file, ...args] = [...prefix, 'systemctl', 'start', 'docker'];
  await run(file!, args);
}

/** What a killed engine left: a pid in it may be another program's by now, and the engine would take that for its own. */
const pidFiles = [
  { file: '/var/run/docker.pid', program: 'dockerd' },
  { file: '/var/run/docker/containerd/containerd.pid', program: 'containerd' },
];

function removeStalePidFiles(): void {
  for (const { file, program } of pidFiles) {
    try {
      if (programOf(readFileSync(file, 'utf8').trim()) !== program) rmSync(file);
    } catch {
      // Not there, or not ours to remove: then the engine says so itself.
    }
  }
}

function programOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** In a session of its own, so that it outlives us and our terminal. Its pid is in /var/run/docker.pid. */
function launch(prefix: string[], log: string): void {
  mkdirSync(inCache('logs'), { recursive: true });
  const output = openSync(log, 'a');
  const [file, ...args] = [...prefix, 'dockerd', '--pidfile', '/var/run/docker.pid'];
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  spawn(file!, args, { detached: true, stdio: ['ignore', output, output], env }).on('error', () => {}).unref();
}

async function untilItAnswers(log: string): Promise<Tool> {
  const deadline = performance.now() + startMs;
  for (;;) {
    const state = await engineState(engineHost());
    if (state.kind === 'running') return asTool(state, 'started');
    if (state.kind === 'forbidden') throw engineMissing(state);
    if (performance.now() > deadline) {
      throw new MissingPart('docker-engine', `was started but did not answer within ${startMs / 1000} s: ${lastLines(log)}`, `look into ${log}`);
    }
    await pause(200);
  }
}

function lastLines(log: string): string {
  try {
    return readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n');
  } catch {
    return 'it wrote no log';
  }
}
