import { adminPaths, ApiError, describeIdentity, type BackupStarted, type BackupStatus } from '@spawnit/contract';
import { assertAdmin } from '../auth/assert-admin.js';
import { self } from '../bootstrap.js';
import type { Part, ServerContext } from '../context.js';
import { StoreUnavailable } from '../store/object-store.js';
import { BackupDamaged } from './errors.js';
import { Backups } from './backups.js';
import { Schedule } from './schedule.js';

/** Backups when they are asked for and, if so configured, again and again. */
export const backupPart: Part = (app, context) => {
  const backups = new Backups(context, context.config.backup);
  const schedule = scheduleOf(context, backups);
  const { metrics, config } = context;
  app.get(adminPaths.backups, async (request): Promise<BackupStatus> => {
    assertAdmin(request, 'backups are');
    if (!config.backup.store) return { everyMinutes: 0, keep: config.backup.keep, backups: [] };
    const status = await backups.status().catch((error: unknown) => {
      throw failure(error);
    });
    return { ...status, ...(schedule && { nextInSeconds: Math.ceil(schedule.left(status.last) / 1_000) }) };
  });
  app.post(adminPaths.backups, async (request, reply): Promise<BackupStarted> => {
    assertAdmin(request, 'backups are');
    if (!config.backup.store) throw new ApiError('Conflict', 'this server was given no place for backups: set SPAWNIT_BACKUP_STORE and what belongs to it (docs/backup.md)');
    void reply.code(202);
    return { run: backups.start(describeIdentity(request.identity)) };
  });
  metrics.gauge('spawnit_backup_age_seconds', 'Age of the newest backup, by the wall clock; -1 when the last attempt failed or there was none', () => ageOf(context, backups));
  metrics.gauge('spawnit_backup_failures', 'Attempts that failed since the last backup was made', () => backups.last?.failures ?? 0);
  metrics.gauge('spawnit_backup_next_seconds', 'Until this server makes one by itself; -1 when only when asked', () => (schedule ? schedule.left(backups.last) / 1_000 : -1));
  const stop = schedule ? follow(schedule, context, backups) : () => undefined;
  app.addHook('onClose', async () => {
    stop();
    await backups.stop();
  });
};

function failure(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return new ApiError('ServiceUnavailable', 'where the backups are does not answer', { retryAfterSeconds: 5, internal: error });
  return error instanceof BackupDamaged ? new ApiError('InternalError', error.message, { internal: error }) : error;
}

function ageOf({ now }: ServerContext, { last }: Backups): number {
  if (last?.outcome !== 'Succeeded') return -1;
  return Math.max(0, (Date.parse(now()) - Date.parse(last.time)) / 1_000);
}

const lookEveryMs = 1_000;

/** Begins what is due, while the server's own store answers: backups tell there how they ended. */
function follow(schedule: Schedule, { config, registry }: ServerContext, backups: Backups): () => void {
  const look = () => {
    if (schedule.left(backups.last) > 0 || !registry.health().ok) return;
    schedule.begun();
    backups.start(self.name);
  };
  const timer = setInterval(look, Math.min(lookEveryMs, (config.backup.everyMinutes * 60_000) / 4));
  return () => clearInterval(timer);
}

function scheduleOf({ config, monotonic, random }: ServerContext, { last }: Backups): Schedule | undefined {
  if (config.backup.everyMinutes === 0 || !config.backup.store) return undefined;
  const chance = () => random(4).readUInt32BE() / 2 ** 32;
  return new Schedule({ everyMs: config.backup.everyMinutes * 60_000, monotonic, random: chance }, last);
}
