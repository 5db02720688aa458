import type { Command } from 'commander';
import { addKeys } from './keys.js';
import { open } from './open.js';

/** Commands for whoever keeps the control plane. */
export function addAdmin(program: Command): void {
  const admin = program.command('admin').description('keep the control plane: back to an earlier time, backups');
  addKeys(admin);
  admin
    .command('restore')
    .description('make what was declared as it was at a point of the log; docs/backup.md says what that can and what it cannot bring back')
    .requiredOption('--to <point>', 'a time (2026-01-31T12:00:00Z, 12:00, 15m for that long ago) or a sequence of the log')
    .option('--dry-run', 'only tell what would change')
    .option('--keep-new', 'leave what was made since; else it is deleted')
    .option('-y, --yes', 'do not ask')
    .action(async (flags: { to: string; dryRun?: boolean; keepNew?: boolean; yes?: boolean }, command: Command) => (await import('../commands/restore.js')).restore(await open(command), flags));
}
