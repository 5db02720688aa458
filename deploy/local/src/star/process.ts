import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProgramPlan } from './programs.js';

/** A running process of the star; its output goes to a file, so that it outlives whoever started it. */
export class StarProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(
    readonly plan: ProgramPlan,
    readonly logFile: string,
    private readonly onExit?: (how: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.running ? this.child?.pid : undefined;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    mkdirSync(dirname(this.logFile), { recursive: true, mode: 0o700 });
    const log = openSync(this.logFile, 'a', 0o600);
    const [file, ...args] = [...diesWithStarter(), process.execPath, '--enable-source-maps', this.plan.entry];
    const child = spawn(file!, args, {
      env: { ...process.env, ...this.plan.env },
      stdio: ['ignore', log, log],
      // A group of its own: a Ctrl-C reaches the starter alone, which then ends all in order.
      detached: true,
    });
    closeSync(log);
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', (code, signal) => {
        resolve();
        this.onExit?.(signal ?? `code ${code}`);
      });
    });
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) this.child?.kill(signal);
  }

  /** SIGTERM, and SIGKILL after `graceMs`; settles when it has gone. */
  async stop(graceMs = 10_000): Promise<void> {
    if (!this.running) return;
    this.kill('SIGTERM');
    this.kill('SIGCONT');
    const timer = setTimeout(() => this.kill('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  async killNow(): Promise<void> {
    this.kill('SIGKILL');
    await this.ended;
  }

  /** The last lines it wrote, as they stand in its file. */
  tail(lines = 15): string {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '';
    }
  }

  /** The same for a person to read: of a line of its log only the message. */
  lastWords(): string {
    return this.tail().split('\n').map(messageIn).join('\n');
  }
}

function messageIn(line: string): string {
  try {
    return (JSON.parse(line) as { msg?: string }).msg ?? line;
  } catch {
    return line;
  }
}

/** Linux can end a child with its parent: a starter that is killed leaves no half of a star behind. */
function diesWithStarter(): string[] {
  const setpriv = '/usr/bin/setpriv';
  return existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
}
