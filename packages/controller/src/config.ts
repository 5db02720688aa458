import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { readEnvironment } from '@spawnit/contract';
import { z } from 'zod';

const ControllerEnv = z.object({
  /** Base address of the apiserver. */
  SPAWNIT_SERVER: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:7080'),
  /** File that holds this controller's token. */
  SPAWNIT_TOKEN_FILE: z.string().min(1),
  SPAWNIT_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** /metrics, /healthz and /readyz are served there when given. */
  SPAWNIT_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  /** This instance among those of its controller. A process that starts under the name of the leader takes its place at once, so no two may share one. */
  SPAWNIT_INSTANCE: z.string().min(1).max(253).default(() => `${hostname()}-${randomBytes(4).toString('hex')}`),
  /** Without it there is neither lease nor standby: only one instance may run. */
  SPAWNIT_LEADER_ELECTION: z.enum(['true', 'false']).default('true'),
});

export interface ControllerConfig {
  server: string;
  tokenFile: string;
  logLevel: string;
  metricsPort?: number;
  instance: string;
  leaderElection: boolean;
}

/** Throws an Error that names every variable that is missing or wrong. */
export function readControllerConfig(env: Record<string, string | undefined> = process.env): ControllerConfig {
  const { SPAWNIT_SERVER: server, SPAWNIT_TOKEN_FILE: tokenFile, SPAWNIT_LOG_LEVEL: logLevel, SPAWNIT_METRICS_PORT: metricsPort, SPAWNIT_INSTANCE: instance, SPAWNIT_LEADER_ELECTION: election } = readEnvironment(ControllerEnv, env);
  return { server, tokenFile, logLevel, metricsPort, instance, leaderElection: election === 'true' };
}
