import type { Command } from 'commander';
import { addKeys } from './keys.js';
import { open } from './open.js';
import { count, seconds } from './options.js';

/** Commands for whoever keeps the control plane. */
export function addAdmin(program: Command): void {
  const admin = program.command('admin').description('keep the control plane: back to an earlier time, backups');
  addKeys(admin);
  addCreateToken(admin);
  addBackup(admin);
  addHistory(admin);
  addAfterwards(admin);
  addRestore(admin);
}

function addCreateToken(admin: Command): void {
  admin
    .command('create-token <name>')
    .description('a token of a person who has business in some namespaces alone; it is printed once')
    .requiredOption('--namespaces <names>', 'which, with commas between', (names: string) => names.split(',').map((each) => each.trim()))
    .option('--days <count>', 'how long it is good', count, 90)
    .action(async (name: string, flags: { namespaces: string[]; days: number }, command: Command) => (await import('../commands/create-token.js')).createToken(await open(command), name, flags));
}

function addBackup(admin: Command): void {
  const backup = admin
    .command('backup')
    .description('copy everything to where backups go, up to this moment')
    .option('--wait', 'until it is made')
    .option('--timeout <time>', 'how long to wait', seconds, 3600)
    .action(async (flags: { wait?: boolean; timeout: number }, command: Command) => (await import('../commands/backup.js')).backup(await open(command), flags));
  backup
    .command('list')
    .alias('ls')
    .description('backups that are kept')
    .option('-o, --output <format>', 'json, yaml or name')
    .action(async (flags: { output?: string }, command: Command) => (await import('../commands/backup.js')).listBackups(await open(command), flags.output));
}

function addHistory(admin: Command): void {
  admin
    .command('history')
    .description('who changed what, newest last: to find the sequence to go back to')
    .option('--last <count>', 'how many', count, 30)
    .option('--by <who>', 'only by callers whose name begins so: user (people), reconciler, node:n1 …')
    .option('-o, --output <format>', 'json, or name for the sequences alone')
    .action(async (flags: { last: number; by?: string; output?: string }, command: Command) => (await import('../commands/history.js')).history(await open(command), flags));
}

/** What follows a restore, or an upgrade. */
function addAfterwards(admin: Command): void {
  admin
    .command('sweep-unknown')
    .description('after a restore from a backup: let agents remove from engines what no record knows')
    .action(async (_flags, command: Command) => (await import('../commands/backup.js')).sweepUnknown(await open(command)));
  admin
    .command('upgrade-store')
    .description('after a rolling upgrade: write the newest format from now on; servers of the version before stop')
    .action(async (_flags: object, command: Command) => (await import('../commands/upgrade-store.js')).upgradeStore(await open(command)));
}

function addRestore(admin: Command): void {
  admin
    .command('restore')
    .description('make what was declared as it was at a point of the log; docs/backup.md says what that can and what it cannot bring back')
    .requiredOption('--to <point>', 'a time (2026-01-31T12:00:00Z, 12:00, 15m for that long ago) or a sequence of the log')
    .option('--dry-run', 'only tell what would change')
    .option('--keep-new', 'leave what was made since; else it is deleted')
    .option('-y, --yes', 'do not ask')
    .action(async (flags: { to: string; dryRun?: boolean; keepNew?: boolean; yes?: boolean }, command: Command) => (await import('../commands/restore.js')).restore(await open(command), flags));
}
