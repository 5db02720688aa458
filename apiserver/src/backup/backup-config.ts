import { z } from 'zod';
import type { StoreConfig } from '../store/store-config.js';

/** Where backups go and how often; its credentials are the server's own and never travel. */
export interface BackupConfig {
  /** Undefined: no backups. */
  store: StoreConfig | undefined;
  /** 0: only when asked. */
  everyMinutes: number;
  /** So many are kept. */
  keep: number;
  /** At its start, into an empty store. */
  restoreFrom: 'latest' | number | undefined;
}

/** Variables of the environment, as part of the server's. */
export const backupVariables = {
  SPAWNIT_BACKUP_STORE: z.enum(['files', 's3']).optional(),
  SPAWNIT_BACKUP_DIR: z.string().min(1).optional(),
  SPAWNIT_BACKUP_S3_ENDPOINT: z.url().optional(),
  SPAWNIT_BACKUP_S3_BUCKET: z.string().optional(),
  SPAWNIT_BACKUP_S3_REGION: z.string().default('us-east-1'),
  SPAWNIT_BACKUP_ACCESS_KEY_ID: z.string().optional(),
  SPAWNIT_BACKUP_SECRET_ACCESS_KEY: z.string().optional(),
  SPAWNIT_BACKUP_EVERY_MINUTES: z.coerce.number().min(0).max(60 * 24 * 7).default(0),
  SPAWNIT_BACKUP_KEEP: z.coerce.number().int().min(2).max(10_000).default(48),
  SPAWNIT_RESTORE_FROM_BACKUP: z.union([z.literal('latest'), z.coerce.number().int().min(1)], 'must be "latest" or the number of a backup').optional(),
};
type Variables = z.output<z.ZodObject<typeof backupVariables>>;

const needed = {
  files: ['SPAWNIT_BACKUP_DIR'],
  s3: ['SPAWNIT_BACKUP_S3_ENDPOINT', 'SPAWNIT_BACKUP_S3_BUCKET', 'SPAWNIT_BACKUP_ACCESS_KEY_ID', 'SPAWNIT_BACKUP_SECRET_ACCESS_KEY'],
} as const;

/** What is wrong with them together, by variable. */
export function backupFlaws(env: Variables): { variable: string; message: string }[] {
  const kind = env.SPAWNIT_BACKUP_STORE;
  const missing = kind === undefined ? [] : needed[kind].filter((name) => env[name] === undefined).map((variable) => ({ variable, message: `is required with SPAWNIT_BACKUP_STORE=${kind}` }));
  const idle = kind !== undefined ? [] : (['SPAWNIT_RESTORE_FROM_BACKUP', 'SPAWNIT_BACKUP_DIR', 'SPAWNIT_BACKUP_S3_BUCKET'] as const).filter((name) => env[name] !== undefined).map((variable) => ({ variable, message: 'means nothing without SPAWNIT_BACKUP_STORE' }));
  return [...missing, ...idle];
}

export function backupConfig(env: Variables): BackupConfig {
  return { store: storeOf(env), everyMinutes: env.SPAWNIT_BACKUP_EVERY_MINUTES, keep: env.SPAWNIT_BACKUP_KEEP, restoreFrom: env.SPAWNIT_RESTORE_FROM_BACKUP };
}

function storeOf(env: Variables): StoreConfig | undefined {
  if (env.SPAWNIT_BACKUP_STORE === undefined) return undefined;
  if (env.SPAWNIT_BACKUP_STORE === 'files') return { driver: 'files', dir: env.SPAWNIT_BACKUP_DIR! };
  return {
    driver: 's3',
    endpoint: env.SPAWNIT_BACKUP_S3_ENDPOINT!,
    bucket: env.SPAWNIT_BACKUP_S3_BUCKET!,
    region: env.SPAWNIT_BACKUP_S3_REGION,
    accessKeyId: env.SPAWNIT_BACKUP_ACCESS_KEY_ID!,
    secretAccessKey: env.SPAWNIT_BACKUP_SECRET_ACCESS_KEY!,
  };
}

/** Whether both are one place: a backup beside the original goes with it. */
export function sameStore(a: StoreConfig, b: StoreConfig | undefined): boolean {
  if (a.driver === 'files' && b?.driver === 'files') return a.dir === b.dir;
  return a.driver === 's3' && b?.driver === 's3' && a.endpoint === b.endpoint && a.bucket === b.bucket;
}
