import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { lease, Name, readEnvironment } from '@spawnit/contract';
import { z } from 'zod';
import type { LeaseTimes } from './lease/lease.js';

/** What an agent is told at its start. Times are in ms. */
export interface AgentConfig {
  server: string;
  node: string;
  joinToken?: string;
  dataDir: string;
  labels: Record<string, string>;
  slots: number;
  /** Path of the Docker engine's socket. */
  engineSocket: string;
  tofu: string;
  tofuCliConfig?: string;
  advertiseHost: string;
  /** Whether drift checks go through provider processes that are kept. */
  warmProviders: boolean;
  logLevel: string;
  /** /metrics is served there, on loopback, when given. */
  metricsPort?: number;
  times: AgentTimes;
  /** Handed on to tofu: PATH, HOME, proxies; and, for remote providers only, credentials. */
  tofuEnvironment: { common: Record<string, string>; remote: Record<string, string> };
}

export interface AgentTimes extends LeaseTimes {
  /** Between two looks for what has moved away. */
  sweepMs: number;
  /** After a cancel tofu is told once more, and then killed. */
  cancelAgainMs: number;
  cancelKillMs: number;
  /** How long the rest of a log may take before the result is reported without it. */
  logMs: number;
  /** A drift check that takes longer is given up. */
  checkMs: number;
}

/** A graceful stop is tried at 9 s without renewal; tofu is killed a second before the end of its time. */
export const defaultTimes: AgentTimes = {
  heartbeatMs: lease.heartbeatSeconds * 1_000,
  stopMs: 9_000,
  gateMs: lease.gateSeconds * 1_000,
  killMs: (lease.killSeconds - 1) * 1_000,
  sweepMs: 30_000,
  cancelAgainMs: 60_000,
  cancelKillMs: 10_000,
  logMs: 10_000,
  checkMs: 50_000,
};

const Environment = z.object({
  SPAWNIT_SERVER: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:7080'),
  SPAWNIT_NODE_NAME: Name.default(() => hostname().toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')),
  SPAWNIT_JOIN_TOKEN_FILE: z.string().optional(),
  SPAWNIT_DATA_DIR: z.string().startsWith('/', 'must be an absolute path'),
  SPAWNIT_LABELS: z.string().default(''),
  SPAWNIT_SLOTS: z.coerce.number().int().min(1).max(64).default(2),
  SPAWNIT_DOCKER_HOST: z.string().startsWith('unix:///', 'must be unix:// and an absolute path').default('unix:///var/run/docker.sock'),
  SPAWNIT_TOFU: z.string().default('tofu'),
  SPAWNIT_TOFU_CLI_CONFIG: z.string().optional(),
  SPAWNIT_ADVERTISE_HOST: z.string().default('127.0.0.1'),
  SPAWNIT_WARM_PROVIDERS: z.enum(['on', 'off']).default('on'),
  SPAWNIT_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  SPAWNIT_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

/** Reads the environment once; throws naming every variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): AgentConfig {
  const e = readEnvironment(Environment, env);
  return {
    server: e.SPAWNIT_SERVER,
    node: e.SPAWNIT_NODE_NAME,
    joinToken: e.SPAWNIT_JOIN_TOKEN_FILE === undefined ? undefined : readFileSync(e.SPAWNIT_JOIN_TOKEN_FILE, 'utf8').trim(),
    dataDir: e.SPAWNIT_DATA_DIR,
    labels: parseLabels(e.SPAWNIT_LABELS),
    slots: e.SPAWNIT_SLOTS,
    engineSocket: e.SPAWNIT_DOCKER_HOST.slice('unix://'.length),
    tofu: e.SPAWNIT_TOFU,
    tofuCliConfig: e.SPAWNIT_TOFU_CLI_CONFIG,
    advertiseHost: e.SPAWNIT_ADVERTISE_HOST,
    warmProviders: e.SPAWNIT_WARM_PROVIDERS === 'on',
    logLevel: e.SPAWNIT_LOG_LEVEL,
    metricsPort: e.SPAWNIT_METRICS_PORT,
    times: defaultTimes,
    tofuEnvironment: tofuEnvironment(env),
  };
}

const handedOn = /^(PATH|HOME|TMPDIR|LANG|SSL_CERT_FILE|SSL_CERT_DIR|https?_proxy|no_proxy)$/i;

/** The part of an environment that tofu and its providers may see. */
export function tofuEnvironment(env: NodeJS.ProcessEnv): AgentConfig['tofuEnvironment'] {
  const where = (wanted: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value !== undefined && wanted(key) ? [[key, value]] : [])));
  return { common: where((key) => handedOn.test(key)), remote: where((key) => key.startsWith('AWS_')) };
}

function parseLabels(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value, ...more] = pair.trim().split('=');
      if (!key || value === undefined || more.length > 0) throw new Error(`SPAWNIT_LABELS: "${pair}" is not key=value`);
      return [key, value];
    }),
  );
}
