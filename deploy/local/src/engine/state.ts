import { existsSync } from 'node:fs';
import { MissingPart } from '../part/missing.js';
import { askEngine } from './ask.js';

/** What a Docker engine's address gave when it was asked. */
export type EngineState =
  | { kind: 'running'; host: string; version: string }
  | { kind: 'absent'; host: string }
  | { kind: 'stopped'; host: string }
  | { kind: 'forbidden'; host: string }
  | { kind: 'unusable'; host: string; reason: string };

/** The engine that is meant: DOCKER_HOST, else the machine's own socket. */
export function engineHost(env: NodeJS.ProcessEnv = process.env): string {
  return env.DOCKER_HOST || 'unix:///var/run/docker.sock';
}

/** Asks an engine for its version. Never throws: what goes wrong is a state. */
export async function engineState(host: string): Promise<EngineState> {
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url?.protocol !== 'unix:' && url?.protocol !== 'tcp:') {
    return { kind: 'unusable', host, reason: `DOCKER_HOST is ${host}; only unix:// and tcp:// can be used` };
  }
  try {
    return { kind: 'running', host, version: await versionAt(host) };
  } catch (error) {
    return stateOf(host, error as NodeJS.ErrnoException, daemonInstalled());
  }
}

/** What a failed connection says about the engine. */
export function stateOf(host: string, error: NodeJS.ErrnoException, installed: boolean): EngineState {
  if (error.code === 'EACCES' || error.code === 'EPERM') return { kind: 'forbidden', host };
  const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
  if (!nobody) return { kind: 'unusable', host, reason: `the engine at ${host} gave no answer: ${error.message}` };
  // A socket that refuses was left by an engine, wherever that is installed.
  return installed || error.code === 'ECONNREFUSED' ? { kind: 'stopped', host } : { kind: 'absent', host };
}

/** The message for an engine that isn't running, with the command that mends it. */
export function engineMissing(state: Exclude<EngineState, { kind: 'running' }>, systemd = hasSystemd()): MissingPart {
  const part = 'docker-engine';
  switch (state.kind) {
    case 'absent':
      return new MissingPart(part, 'Docker is not installed', 'sudo apt-get install docker.io  (elsewhere: https://docs.docker.com/get-docker/)');
    case 'stopped':
      return new MissingPart(part, `Docker is installed but not running (nobody answers at ${state.host})`, systemd ? 'sudo systemctl start docker' : 'sudo setsid dockerd &');
    case 'forbidden':
      return new MissingPart(part, `Docker is running, but this user may not use ${state.host}`, 'sudo usermod -aG docker "$USER", then log in anew');
    case 'unusable':
      return new MissingPart(part, state.reason, 'set DOCKER_HOST to an engine that answers, or unset it');
  }
}

/** True where systemd runs the services. */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

/** The daemon's path, if it is installed where distributions put it. */
export function daemonInstalled(): boolean {
  return ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'].some((file) => existsSync(file));
}

async function versionAt(host: string): Promise<string> {
  const { status, text } = await askEngine(host, 'GET', '/version', 5_000);
  try {
    return (JSON.parse(text) as { Version: string }).Version;
  } catch {
    throw new Error(`no Docker engine, by its answer ${status}`);
  }
}
