import { homedir } from 'node:os';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '@spawnit/contract';
import { z } from 'zod';
import { backupConfig, backupFlaws, backupVariables, sameStore, type BackupConfig } from './backup/backup-config.js';
import type { Retention } from './state/history.js';
import type { StoreConfig } from './store/store-config.js';

const builtInCatalogue = fileURLToPath(new URL('../../../modules', import.meta.url));

const builtDashboard = fileURLToPath(new URL('../../../web/dist/ui', import.meta.url));

const Environment = z
  .object({
    SPAWNIT_HOST: z.string().default('127.0.0.1'),
    SPAWNIT_PORT: z.coerce.number().int().min(0).max(65_535).default(7080),
    SPAWNIT_DATA_DIR: z.string().default(join(homedir(), '.local', 'share', 'spawnit')),
    SPAWNIT_STORE: z.enum(['files', 's3', 'memory']).default('files'),
    SPAWNIT_S3_ENDPOINT: z.url().optional(),
    SPAWNIT_S3_BUCKET: z.string().optional(),
    SPAWNIT_S3_REGION: z.string().default('us-east-1'),
    AWS_ACCESS_KEY_ID: z.string().optional(),
    AWS_SECRET_ACCESS_KEY: z.string().optional(),
    SPAWNIT_CATALOGUE_DIR: z.string().default(builtInCatalogue),
    SPAWNIT_WEB_DIR: z.string().default(builtDashboard),
    SPAWNIT_DEMO_SOCKET: z.string().min(1).optional(),
    SPAWNIT_PUBLIC_URL: z.url().optional(),
    SPAWNIT_PEER_URL: z.url().optional(),
    SPAWNIT_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    SPAWNIT_HOST_PATHS: z.string().default('').transform(hostPathsOf),
    SPAWNIT_RATE_LIMIT: z.coerce.number().min(1).default(5_000),
    SPAWNIT_STATE_SERIALS: z.coerce.number().int().min(1).default(50),
    SPAWNIT_STATE_DAYS: z.coerce.number().min(1).default(90),
    SPAWNIT_KEEP_EVENT_HOURS: z.coerce.number().positive().default(72),
    SPAWNIT_KEEP_KEY_HOURS: z.coerce.number().positive().default(24),
    SPAWNIT_KEEP_MODULE_HOURS: z.coerce.number().positive().default(24),
    SPAWNIT_KEEP_LOG_HOURS: z.coerce.number().positive().default(168),
    SPAWNIT_SNAPSHOT_EVERY: z.coerce.number().int().min(10).default(1_000),
    ...backupVariables,
  })
  .superRefine((env, check) => {
    for (const { variable, message } of backupFlaws(env)) check.addIssue({ code: 'custom', path: [variable], message });
    if (env.SPAWNIT_STORE !== 's3') return;
    for (const name of ['SPAWNIT_S3_ENDPOINT', 'SPAWNIT_S3_BUCKET', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const)
      if (env[name] === undefined) check.addIssue({ code: 'custom', path: [name], message: 'is required with SPAWNIT_STORE=s3' });
  });

export interface Config {
  host: string;
  port: number;
  dataDir: string;
  store: StoreConfig;
  catalogueDir: string;
  /** Where the built dashboard is. */
  webDir: string;
  /** Where whoever started this server breaks things on purpose; only `npm start` has that. */
  demoSocket: string | undefined;
  /** Where agents and people reach this server; from host and port when not given. */
  publicUrl: string | undefined;
  /** Where other apiservers reach just this one; the public address when not given. */
  peerUrl: string | undefined;
  logLevel: string;
  /** Folders of engines' hosts that services may mount, and what is in them; none unless told. */
  hostPaths: string[];
  /** Requests a second for one caller. */
  rateLimit: number;
  /** How long events, idempotency keys, and modules that nothing names are kept. */
  retention: { eventHours: number; keyHours: number; moduleHours: number };
  /** How much is kept of each service's states. */
  stateRetention: Retention;
  /** How long commits are kept at least (ms), and how many lie between two snapshots. */
  log: { keepMs: number; snapshotEvery: number };
  backup: BackupConfig;
}

/** Reads the environment; throws an error that names each bad variable. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const env = readEnvironment(Environment, environment);
  const dataDir = resolve(env.SPAWNIT_DATA_DIR);
  const backup = backupConfig(env);
  if (sameStore(storeConfig(env, dataDir), backup.store)) throw new Error('the environment is not usable: backups would go into the very store that they are of: give them another bucket or folder');
  return {
    host: env.SPAWNIT_HOST,
    port: env.SPAWNIT_PORT,
    dataDir,
    store: storeConfig(env, dataDir),
    catalogueDir: resolve(env.SPAWNIT_CATALOGUE_DIR),
    webDir: resolve(env.SPAWNIT_WEB_DIR),
    demoSocket: env.SPAWNIT_DEMO_SOCKET,
    publicUrl: env.SPAWNIT_PUBLIC_URL,
    peerUrl: env.SPAWNIT_PEER_URL,
    logLevel: env.SPAWNIT_LOG_LEVEL,
    hostPaths: env.SPAWNIT_HOST_PATHS,
    rateLimit: env.SPAWNIT_RATE_LIMIT,
    retention: { eventHours: env.SPAWNIT_KEEP_EVENT_HOURS, keyHours: env.SPAWNIT_KEEP_KEY_HOURS, moduleHours: env.SPAWNIT_KEEP_MODULE_HOURS },
    stateRetention: { serials: env.SPAWNIT_STATE_SERIALS, days: env.SPAWNIT_STATE_DAYS },
    log: { keepMs: env.SPAWNIT_KEEP_LOG_HOURS * 3_600_000, snapshotEvery: env.SPAWNIT_SNAPSHOT_EVERY },
    backup,
  };
}

function hostPathsOf(list: string, check: z.RefinementCtx): string[] {
  const paths = list.split(',').map((path) => path.trim()).filter((path) => path !== '');
  for (const path of paths) if (!isAbsolute(path) || path !== normalize(path)) check.addIssue({ code: 'custom', message: `has "${path}", which is not an absolute path in its plain form` });
  return paths.map((path) => (path === '/' ? path : path.replace(/\/$/, '')));
}

function storeConfig(env: z.output<typeof Environment>, dataDir: string): StoreConfig {
  if (env.SPAWNIT_STORE === 'memory') return { driver: 'memory' };
  if (env.SPAWNIT_STORE === 'files') return { driver: 'files', dir: join(dataDir, 'store') };
  return {
    driver: 's3',
    endpoint: env.SPAWNIT_S3_ENDPOINT!,
    bucket: env.SPAWNIT_S3_BUCKET!,
    region: env.SPAWNIT_S3_REGION,
    accessKeyId: env.AWS_ACCESS_KEY_ID!,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY!,
  };
}
