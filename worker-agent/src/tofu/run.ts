import { join } from 'node:path';
import { execa } from 'execa';
import { MessageFile, type TofuMessage } from './messages.js';
import { parentDeathSignal } from './parent-death.js';
import { signalGroup } from './process-group.js';
import { endingWithLease } from './watch-over.js';

export interface TofuOptions {
  tofu: string;
  /** Command and its arguments; where to put its messages is added. */
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** An existing folder of the run's own. */
  folder: string;
  /** What it writes for people, on both streams. Must not block. */
  onOutput: (text: Buffer) => void;
  /** Takes its standard output instead. */
  onStdout?: (text: Buffer) => void;
  onMessages?: (messages: TofuMessage[]) => void;
  times: { cancelAgainMs: number; cancelKillMs: number };
  /** Given, the group ends with the lease that is told there, even while this process stands still. */
  leaseFile?: string;
}

export interface TofuExit {
  /** undefined when a signal ended it, or when it could not be started. */
  code: number | undefined;
  signal?: string;
  /** Why it could not be started. */
  startError?: string;
  messages: TofuMessage[];
  /** The end of its standard error, for when it said nothing in its messages; begins with "…" when that is not all of it. */
  lastWords: string;
}

export interface TofuProcess {
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly exit: Promise<TofuExit>;
  /** Asks for a graceful end, once; again after a minute, then by force. tofu takes a second request at once as an order to crash. */
  stop(): void;
  /** Ends it and its providers at once. */
  kill(): void;
}

let count = 0;

/** Starts tofu in a process group of its own, which dies with the agent where the system can do that. */
export function startTofu(options: TofuOptions): TofuProcess {
  const { tofu, args, cwd, env, folder, onOutput, times } = options;
  const file = new MessageFile(join(folder, `messages-${(count += 1)}.jsonl`));
  const [verb = '', ...more] = args;
  const [command, ...rest] = [...parentDeathSignal(), ...(options.leaseFile === undefined ? [] : endingWithLease(options.leaseFile)), tofu, verb, ...(takesMessages(verb) ? [`-json-into=${file.path}`] : []), ...more];
  const child = execa(command!, rest, { cwd, env, extendEnv: false, detached: true, cleanup: false, buffer: false, reject: false, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  child.stdout.on('data', options.onStdout ?? onOutput);
  const lastWords = new Tail(2_000);
  child.stderr.on('data', (text: Buffer) => {
    lastWords.add(text);
    onOutput(text);
  });
  const timers: NodeJS.Timeout[] = [];
  const kill = () => void (child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'));
  const exit = settled(options, child, file, lastWords).finally(() => {
    timers.forEach(clearTimeout);
    kill(); // A provider may outlive a tofu that was killed.
  });
  return { pid: child.pid, exit, kill, stop: once(() => escalate(child.pid, timers, times, kill)) };
}

function takesMessages(verb: string): boolean {
  return ['init', 'plan', 'apply', 'destroy'].includes(verb);
}

async function settled(options: TofuOptions, child: PromiseLike<{ exitCode?: number; signal?: string; shortMessage?: string }>, file: MessageFile, lastWords: Tail): Promise<TofuExit> {
  const look = async () => {
    const fresh = await file.read();
    if (fresh.length > 0) options.onMessages?.(fresh);
  };
  let reading = Promise.resolve();
  const poll = setInterval(() => (reading = reading.then(look)), 100);
  const result = await child;
  clearInterval(poll);
  await reading;
  await look();
  await file.close();
  const startError = result.exitCode === undefined && result.signal === undefined ? result.shortMessage : undefined;
  return { code: result.exitCode, signal: result.signal, startError, messages: file.messages, lastWords: lastWords.text() };
}

function escalate(pid: number | undefined, timers: NodeJS.Timeout[], times: TofuOptions['times'], kill: () => void): void {
  if (pid === undefined) return;
  const ask = () => process.kill(pid, 'SIGTERM');
  const safely = (act: () => void) => () => {
    try {
      act();
    } catch {
      // It has ended.
    }
  };
  safely(ask)();
  timers.push(setTimeout(safely(ask), times.cancelAgainMs), setTimeout(kill, times.cancelAgainMs + times.cancelKillMs));
}

class Tail {
  #text = '';
  #isCut = false;

  constructor(private readonly most: number) {}

  add(text: Buffer): void {
    const all = this.#text + text.toString();
    this.#isCut ||= all.length > this.most;
    this.#text = all.slice(-this.most);
  }

  text(): string {
    return this.#isCut ? `…${this.#text.trimEnd()}` : this.#text.trim();
  }
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
