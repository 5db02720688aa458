import crypto from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import { Script } from 'node:vm';
import type { Network } from '../network/network.js';
import type { Random } from './random.js';
import { worldWall, type SimulatedProcess } from './simulated-process.js';
import type { Timeline } from './timeline.js';

interface Surroundings {
  timeline: Timeline;
  random: Random;
  network: Network;
}

let here: Surroundings | undefined;

/** From now on all time and chance in this (real) process are those of a simulation. */
export function enter(surroundings: Surroundings | undefined): void {
  here = surroundings;
}

/**
 * Puts virtual time and seeded chance in the place of Node's own, for good: timers, clocks, random numbers, ids and `fetch`. The
 * product is run unchanged, so what it takes from Node has to be the simulation's. Only for a process that does nothing else.
 */
export function replaceTimeAndChance(): void {
  replaceTimers();
  replaceClocks();
  replaceChance();
  Object.assign(globalThis, { fetch: virtualFetch });
  syncBuiltinESMExports();
}

class VirtualTimer {
  #cancel: () => void = () => undefined;

  constructor(
    private readonly ms: number,
    private readonly act: () => void,
    private readonly process: SimulatedProcess | undefined,
    private readonly timeline: Timeline,
  ) {
    this.refresh();
  }

  refresh(): this {
    this.#cancel();
    this.#cancel = this.process ? this.process.after(this.ms, this.act) : this.timeline.after(this.ms, undefined, this.act);
    return this;
  }

  close(): void {
    this.#cancel();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

function timer(ms: number | undefined, act: () => void): VirtualTimer {
  const { timeline } = now();
  return new VirtualTimer(Math.max(1, ms ?? 1), act, timeline.current, timeline);
}

function clear(timer: unknown): void {
  if (timer instanceof VirtualTimer) timer.close();
}

function replaceTimers(): void {
  const setTimeout = (act: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => timer(ms, () => act(...args));
  const setInterval = (act: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const again: VirtualTimer = timer(ms, () => {
      again.refresh();
      act(...args);
    });
    return again;
  };
  const setImmediate = (act: (...args: unknown[]) => void, ...args: unknown[]) => {
    const { timeline } = now();
    return new VirtualTimer(0, () => act(...args), timeline.current, timeline);
  };
  const delay = (ms?: number, value?: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const end = () => {
        waiting.close();
        reject(abortError(signal!));
      };
      const waiting = timer(ms, () => {
        signal?.removeEventListener('abort', end);
        resolve(value);
      });
      signal?.addEventListener('abort', end, { once: true });
    });
  const timeout = (ms: number) => {
    const controller = new AbortController();
    timer(ms, () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')));
    return controller.signal;
  };
  Object.assign(globalThis, { setTimeout, setInterval, setImmediate, clearTimeout: clear, clearInterval: clear, clearImmediate: clear });
  Object.assign(timersPromises, { setTimeout: delay });
  Object.assign(AbortSignal, { timeout, any });
  withoutTimeLimit();
}

/** How long something really takes decides nothing here. */
function withoutTimeLimit(): void {
  const { runInContext } = Script.prototype;
  Script.prototype.runInContext = function (realm, options) {
    return runInContext.call(this, realm, { ...options, timeout: undefined }) as unknown;
  };
}

/** Node keeps a signal of several as long as somebody listens to it, and with it all of a run that is long over. */
function any(signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  const over = signals.find(({ aborted }) => aborted);
  setMaxListeners(0, ...signals);
  if (over) controller.abort(over.reason);
  else for (const signal of signals) signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}

function abortError(signal: AbortSignal): Error {
  return Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' });
}

function replaceClocks(): void {
  const wall = () => {
    const { timeline } = now();
    return timeline.current?.wall() ?? worldWall(timeline);
  };
  const RealDate = Date;
  class VirtualDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length === 0 ? [wall()] : args) as [number]));
    }

    static override now(): number {
      return wall();
    }
  }
  Object.assign(globalThis, { Date: VirtualDate });
  Object.defineProperty(performance, 'now', { value: () => now().timeline.current?.monotonic() ?? now().timeline.now });
}

function replaceChance(): void {
  const randomBytes = (n: number) => now().random.bytes(n);
  const randomUUID = () => {
    const hex = now().random.bytes(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  Math.random = () => now().random.next();
  Object.assign(crypto, { randomBytes, randomUUID });
  Object.defineProperty(globalThis.crypto, 'randomUUID', { value: randomUUID });
}

async function virtualFetch(url: URL, init: { method?: 'POST'; headers?: Record<string, string>; body?: string; signal?: AbortSignal }): Promise<object> {
  const { network, timeline } = now();
  const { statusCode: status, body } = await network.from(timeline.current!)(url, init);
  return { ok: status < 400, status, json: () => body.json() };
}

function now(): Surroundings {
  if (here === undefined) throw new Error('nothing is simulated now: time and chance were asked for outside of a run');
  return here;
}
