import type { BackupConfig } from '../../src/backup/backup-config.js';

/** Backups into a folder, when asked. */
export function backupConfig(dir: string): BackupConfig {
  return { store: { driver: 'files', dir }, everyMinutes: 0, keep: 48, restoreFrom: undefined };
}
