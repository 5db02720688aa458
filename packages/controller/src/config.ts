import { z } from 'zod';

const ControllerEnv = z.object({
  /** Base address of the apiserver. */
  SPAWNIT_SERVER: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:7080'),
  /** File that holds this controller's token. */
  SPAWNIT_TOKEN_FILE: z.string().min(1),
  SPAWNIT_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** /metrics is served there when given. */
  SPAWNIT_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
});

export interface ControllerConfig {
  server: string;
  tokenFile: string;
  logLevel: string;
  metricsPort?: number;
}

/** Throws an Error that names every variable that is missing or wrong. */
export function readControllerConfig(env: Record<string, string | undefined> = process.env): ControllerConfig {
  const read = ControllerEnv.safeParse(env);
  if (!read.success) {
    const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the environment is not usable: ${wrong.join('; ')}`);
  }
  const { SPAWNIT_SERVER: server, SPAWNIT_TOKEN_FILE: tokenFile, SPAWNIT_LOG_LEVEL: logLevel, SPAWNIT_METRICS_PORT: metricsPort } = read.data;
  return { server, tokenFile, logLevel, metricsPort };
}
