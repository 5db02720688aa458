import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Authenticator, TokenMint } from './auth/authenticator.js';
import type { Keys } from './auth/keys.js';
import type { Config } from './config.js';
import type { Hooks } from './resources/hooks.js';
import type { Op } from './store/log/commit.js';
import type { Unsubscribe, WatchOptions } from './store/log/history.js';
import type { Change, View } from './store/log/view.js';
import type { ObjectStore } from './store/object-store.js';

/** What the rest of the apiserver needs of the commit log. */
export interface Registry {
  readonly view: View;
  /** Everything up to here has been taken in; where a list was made and a watch may begin. */
  readonly rv: number;
  /** `decide` is pure: it is called again whenever another server was first. No ops, no commit. */
  write<R>(
    author: string,
    decide: (view: View) => { ops: Op[]; result: R },
    options?: { requestId?: string },
  ): Promise<{ seq: number; rvs: number[]; result: R }>;
  /** Returns once everything that was committed anywhere before the call is in `view`. Throws StoreUnavailable. */
  sync(): Promise<unknown>;
  watch(options: WatchOptions, deliver: (change: Change) => void): Unsubscribe;
}

/** The one object that every part of the server is given. */
export interface ServerContext {
  config: Config;
  log: Logger;
  registry: Registry;
  objects: ObjectStore;
  keys: Keys;
  authenticator: Authenticator;
  tokens: TokenMint;
  hooks: Hooks;
  /** Wall clock, ISO 8601, for display only. */
  now(): string;
  /** Milliseconds of a clock that only goes forward; everything that waits or expires uses it. */
  monotonic(): number;
  random(bytes: number): Buffer;
}

/**
 * A part adds its routes and its hooks. Parts run before the server listens, in the order of parts.ts.
 * What it starts it stops in `app.addHook('onClose')`.
 */
export type Part = (app: FastifyInstance, context: ServerContext) => void | Promise<void>;
