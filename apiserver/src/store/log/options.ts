import type { Timers } from './timers.js';
import { realTimers } from './timers.js';

/** The part of pino that the registry uses. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface CommitReport {
  seq: number;
  txns: number;
  bytes: number;
  /** From the first put to the certain answer. */
  ms: number;
}

export interface RegistryOptions {
  /** Names this server in the log. */
  writer: string;
  log?: Log;
  /** Wall clock in ms: for the times that commits bear, and the age from which on they may go. */
  now?: () => number;
  /** A clock in ms that only goes forward, for everything else. */
  monotonic?: () => number;
  /** In [0, 1). */
  random?: () => number;
  timers?: Timers;
  /** Commits from one snapshot to the next. */
  snapshotEvery?: number;
  /** How long commits are kept at least. */
  keepLogMs?: number;
  /** How often other servers' commits are looked for. */
  pollMs?: number;
  /** How long a write or a sync waits for the store. */
  deadlineMs?: number;
  /** Writes that may wait for the store, and as many reads; more are refused at once. */
  mostWaiting?: number;
  /** Changes held in memory for watches to resume from. */
  historyEvents?: number;
  /** And the size of what they superseded as JSON, in characters. */
  historyBytes?: number;
  /** After each commit of this server. */
  onCommit?: (report: CommitReport) => void;
  /** The registry has stopped and can't go on: the process should end. */
  onFatal?: (error: Error) => void;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const defaults = {
  log: silent,
  now: Date.now,
  monotonic: () => performance.now(),
  random: Math.random,
  timers: realTimers,
  snapshotEvery: 1000,
  keepLogMs: 7 * 86_400_000,
  pollMs: 250,
  deadlineMs: 10_000,
  mostWaiting: 5_000,
  historyEvents: 20_000,
  historyBytes: 32 * 2 ** 20,
  onCommit: () => undefined,
  onFatal: () => undefined,
};

export type Settings = Required<RegistryOptions>;

export function withDefaults(options: RegistryOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...defaults, writer: options.writer, ...given };
}
