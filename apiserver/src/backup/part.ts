import { adminPaths, ApiError, describeIdentity, type BackupStarted, type BackupStatus } from '@spawnit/contract';
import type { FastifyRequest } from 'fastify';
import { self } from '../bootstrap.js';
import type { Part, ServerContext } from '../context.js';
import { StoreUnavailable } from '../store/object-store.js';
import { BackupDamaged } from './errors.js';
import { Backups } from './backups.js';

/** Backups when they are asked for and, if so configured, again and again. */
export const backupPart: Part = (app, context) => {
  const backups = new Backups(context, context.config.backup);
  const { metrics, config } = context;
  app.get(adminPaths.backups, async (request): Promise<BackupStatus> => {
    assertAdmin(request);
    if (!config.backup.store) return { everyMinutes: 0, keep: config.backup.keep, backups: [] };
    return backups.status().catch((error: unknown) => {
      throw failure(error);
    });
  });
  app.post(adminPaths.backups, async (request, reply): Promise<BackupStarted> => {
    assertAdmin(request);
    if (!config.backup.store) throw new ApiError('Conflict', 'this server was given no place for backups: set SPAWNIT_BACKUP_STORE and what belongs to it (docs/backup.md)');
    void reply.code(202);
    return { run: backups.start(describeIdentity(request.identity)) };
  });
  metrics.gauge('spawnit_backup_age_seconds', 'Age of the newest backup, by the wall clock; -1 when the last attempt failed or there was none', () => ageOf(context, backups));
  const stop = config.backup.everyMinutes > 0 ? schedule(context, backups) : () => undefined;
  app.addHook('onClose', async () => {
    stop();
    await backups.stop();
  });
};

function assertAdmin({ identity }: FastifyRequest): void {
  if (identity.role !== 'admin') throw new ApiError('Forbidden', 'backups are for admins');
}

function failure(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return new ApiError('ServiceUnavailable', 'where the backups are does not answer', { retryAfterSeconds: 5, internal: error });
  return error instanceof BackupDamaged ? new ApiError('InternalError', error.message, { internal: error }) : error;
}

function ageOf({ now }: ServerContext, { last }: Backups): number {
  if (last?.outcome !== 'Succeeded') return -1;
  return Math.max(0, (Date.parse(now()) - Date.parse(last.time)) / 1_000);
}

const lookEveryMs = 5_000;

/**
 * One is due when nobody's outcome has come for as long, by this server's monotonic clock. Two servers at once do no harm, but
 * each looks at a time of its own.
 */
function schedule({ config, monotonic, random, registry }: ServerContext, backups: Backups): () => void {
  const everyMs = config.backup.everyMinutes * 60_000;
  const spread = 1 + random(2).readUInt16BE() / 65_536 / 10;
  let seen = backups.last?.run;
  // Whether the last one is old nobody can tell without trusting wall clocks: a start is a good moment for one.
  let since = -Infinity;
  const timer = setInterval(() => {
    const run = backups.last?.run;
    if (run !== seen) {
      seen = run;
      since = monotonic();
    }
    if (monotonic() - since < everyMs * spread || !registry.health().ok) return;
    since = monotonic();
    backups.start(self.name);
  }, Math.min(lookEveryMs, everyMs / 4));
  return () => clearInterval(timer);
}
