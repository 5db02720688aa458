import { ApiError, Unreachable, type Resource } from '@spawnit/contract';
import type { BackoffRange } from './backoff.js';
import { systemClock, type Clock } from './clock.js';
import type { Informer } from './informer.js';
import type { Leadership } from './leadership.js';
import type { Log } from './log.js';
import type { LoopMetrics } from './metrics.js';
import { Queue } from './queue.js';
import { TerminalError } from './terminal-error.js';

/** One kind that is watched, and which keys a change of one of its objects concerns. Made by `source`. */
export interface Source {
  run(signal: AbortSignal): Promise<void>;
  synced: Promise<void>;
  /** Calls `add` with the keys of each change. */
  feed(add: (key: string) => void): () => void;
  /** Keys of everything there is now. */
  all(): Iterable<string>;
  /** How many objects its cache holds, by plural. */
  cached?(): Record<string, number>;
  /** Settles once all that was written up to this version is here. */
  refresh?(resourceVersion: string, signal: AbortSignal): Promise<void>;
}

/** Both what an object is and what it was are asked, so that a key it no longer points to is told too. */
export function source<R extends Resource>(informer: Informer<R>, keysFor: (object: R) => Iterable<string>): Source {
  return {
    run: (signal) => informer.run(signal),
    synced: informer.synced,
    feed: (add) =>
      informer.onChange((_key, object, previous) => {
        const keys = new Set([...(object ? keysFor(object) : []), ...(previous ? keysFor(previous) : [])]);
        for (const key of keys) add(key);
      }),
    cached: () => ({ [informer.plural]: informer.size }),
    all: () => new Set(informer.list().flatMap((object) => [...keysFor(object)])),
    refresh: (resourceVersion, signal) => informer.refresh(resourceVersion, signal),
  };
}

export interface ReconcileResult {
  /** Look at this key again after so many ms, even if nothing changes. */
  requeueAfterMs?: number;
}
/** Gets only a key, never an event: it must read what is, and be right after any number of missed events. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<ReconcileResult | void>;

export interface ControllerOptions {
  name: string;
  sources: Source[];
  reconcile: Reconcile;
  log: Log;
  /** Ends the loop; runs that are under way are waited for. */
  signal: AbortSignal;
  /** Every key again this often, in ms; 60 s by default. */
  resyncMs?: number;
  /** Keys worked on at once; 4 by default. */
  workers?: number;
  range?: BackoffRange;
  clock?: Clock;
  random?: () => number;
  metrics?: LoopMetrics;
  /** With it the loop works only while this instance leads; the watches go on, so that a standby is ready at once. */
  leadership?: Pick<Leadership, 'run'>;
  /** Called before each term: what was remembered of an earlier one may have passed. */
  onLead?: () => void;
}

/**
 * The loop of every controller: watch, queue, reconcile, and all keys again at every resync.
 * A reconcile that throws is retried with back-off, TerminalError is not, a lost race (Conflict) quickly and quietly.
 */
export async function runController(options: ControllerOptions): Promise<void> {
  const { sources, signal, leadership } = options;
  const follow = sources.map((each) => each.run(signal));
  await Promise.race([Promise.all(sources.map((each) => each.synced)), endOf(signal)]);
  if (leadership) await leadership.run(signal, (term, since) => lead({ ...options, signal: term }, since));
  else await loop(options);
  await Promise.all(follow);
}

/** What the leader before wrote last may not be here yet, and deciding without it would give things away twice. */
async function lead(options: ControllerOptions, since: string): Promise<void> {
  const { sources, signal, onLead } = options;
  await Promise.race([Promise.all(sources.map((each) => each.refresh?.(since, signal))), endOf(signal)]);
  onLead?.();
  await loop(options);
}

/** Until the signal. */
async function loop(options: ControllerOptions): Promise<void> {
  const { sources, signal, log, name, workers = 4 } = options;
  const queue = new Queue(options);
  options.metrics?.watch(() => ({ ...queue.load, cached: Object.assign({}, ...sources.map(({ cached }) => cached?.())) as Record<string, number> }));
  const unfeed = sources.map((each) => each.feed((key) => queue.add(key)));
  for (const key of allKeys(sources)) queue.add(key);
  const stopResync = resync(options, queue);
  if (!signal.aborted) log.info({ controller: name }, 'ready');
  const working = Array.from({ length: workers }, () => work(options, queue));
  await endOf(signal);
  stopResync();
  for (const stop of unfeed) stop();
  queue.close();
  await Promise.all(working);
}

function endOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
}

function allKeys(sources: Source[]): Set<string> {
  return new Set(sources.flatMap((each) => [...each.all()]));
}

/** Spread over a tenth of the period, so that a resync is no burst. */
function resync({ sources, clock = systemClock, random = Math.random, resyncMs = 60_000 }: ControllerOptions, queue: Queue): () => void {
  let cancel = () => {};
  const plan = () => {
    cancel = clock.after(resyncMs, () => {
      for (const key of allKeys(sources)) queue.addAfter(key, 1 + random() * (resyncMs / 10));
      plan();
    });
  };
  plan();
  return () => cancel();
}

async function work(options: ControllerOptions, queue: Queue): Promise<void> {
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    await reconcileOnce(options, queue, key);
    queue.done(key);
  }
}

async function reconcileOnce({ reconcile, signal, metrics, clock = systemClock, ...options }: ControllerOptions, queue: Queue, key: string): Promise<void> {
  const start = clock.now();
  try {
    const result = await reconcile(key, signal);
    queue.forget(key);
    if (result?.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
    metrics?.reconciled('ok', clock.now() - start);
  } catch (error) {
    if (signal.aborted) return;
    const outcome = failed(options, queue, key, error);
    metrics?.reconciled(outcome, clock.now() - start);
  }
}

const quietConflicts = 8;

type Outcome = 'conflict' | 'unreachable' | 'error' | 'terminal';

function failed({ log, name }: Pick<ControllerOptions, 'log' | 'name'>, queue: Queue, key: string, error: unknown): Outcome {
  const fields = { controller: name, key, err: error };
  if (error instanceof TerminalError) {
    queue.forget(key);
    log.error(fields, 'left alone until it changes');
    return 'terminal';
  }
  const retryInMs = queue.retry(key);
  if (ApiError.is(error, 'Conflict', 'AlreadyExists', 'NotFound')) {
    // A race, also against what deletes it, is lost once or twice; what is refused again and again is something else, and people must see it.
    const level = queue.retries(key) > quietConflicts ? 'warn' : 'debug';
    log[level]({ controller: name, key, retryInMs, why: error.message }, 'it changed meanwhile');
    return 'conflict';
  }
  if (error instanceof Unreachable || (ApiError.is(error) && error.details.foreign) || ApiError.is(error, 'ServiceUnavailable', 'TooManyRequests', 'Timeout', 'NotLeader')) {
    log.warn({ controller: name, key, retryInMs, why: error.message }, 'the server does not take this now');
    return 'unreachable';
  }
  log.error({ ...fields, retryInMs }, 'reconcile failed');
  return 'error';
}
