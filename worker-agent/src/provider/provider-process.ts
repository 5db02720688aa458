import { readFileSync, rmSync } from 'node:fs';
import { execa } from 'execa';
import { parentDeathSignal } from '../tofu/parent-death.js';
import { signalGroup } from '../tofu/process-group.js';

export interface ProviderProcess {
  readonly pid: number;
  /** The Unix socket that it serves. */
  readonly socket: string;
  /** 5 or 6. */
  readonly protocol: number;
  /** Settles when it has ended. */
  readonly ended: Promise<void>;
  /** Its resident memory; 0 when it can't be told. */
  residentBytes(): number;
  kill(): void;
}

export interface ProviderStart {
  binary: string;
  env: Record<string, string>;
  /** Where it puts its socket. */
  socketDir: string;
  timeoutMs: number;
}

/** Says to a provider that it is started by who knows its protocol; else it tells people to use tofu. Source: OpenTofu's plugin handshake. */
const cookie = { TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2', PLUGIN_PROTOCOL_VERSIONS: '5,6' };

/** Starts a provider in a process group of its own, which dies with the agent. Throws when it does not serve gRPC on a Unix socket. */
export async function startProvider({ binary, env, socketDir, timeoutMs }: ProviderStart): Promise<ProviderProcess> {
  const [command, ...args] = [...parentDeathSignal(), binary];
  const child = execa(command!, args, { env: { ...env, ...cookie, PLUGIN_UNIX_SOCKET_DIR: socketDir }, extendEnv: false, detached: true, cleanup: false, buffer: false, reject: false, stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' });
  const kill = () => void (child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'));
  const ended = child.then(kill);
  try {
    const line = await firstLine(child.stdout, ended, timeoutMs);
    child.stdout.resume();
    const listening = parseHandshake(line);
    // Who is killed leaves its socket behind.
    void ended.then(() => rmSync(listening.socket, { force: true }));
    return { ...listening, pid: child.pid!, ended, kill, residentBytes: () => residentBytes(child.pid!) };
  } catch (error) {
    kill();
    throw error;
  }
}

/** `core|protocol|network|address|kind|certificate`. Source: go-plugin. */
function parseHandshake(line: string): { socket: string; protocol: number } {
  const [core, protocol, network, socket, kind] = line.trim().split('|');
  const known = core === '1' && (protocol === '5' || protocol === '6') && network === 'unix' && kind === 'grpc' && socket;
  if (!known) throw new Error(`its handshake is not known: ${line.slice(0, 200)}`);
  return { socket, protocol: Number(protocol) };
}

function firstLine(stdout: NodeJS.ReadableStream, ended: Promise<void>, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`no handshake within ${timeoutMs} ms`)), timeoutMs);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    stdout.on('data', (piece: Buffer) => {
      text += piece.toString();
      if (text.includes('\n')) settle(() => resolve(text.slice(0, text.indexOf('\n'))));
      else if (text.length > 10_000) settle(() => reject(new Error('no handshake')));
    });
    void ended.then(() => settle(() => reject(new Error('it ended before its handshake'))));
  });
}

const pageBytes = 4_096;

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * pageBytes;
  } catch {
    return 0;
  }
}
