import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Authenticator, TokenMint } from './auth/authenticator.js';
import type { Keys } from './auth/keys.js';
import type { Config } from './config.js';
import type { Hooks } from './resources/hooks.js';
import type { Registry } from './store/log/registry.js';
import type { ObjectStore } from './store/object-store.js';
import type { Metrics } from './http/metrics.js';
import type { Streams } from './watch/streams.js';

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
  /** Long answers that are open. Who answers at length takes a place here. */
  streams: Streams;
  metrics: Metrics;
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
