import type { Command } from 'commander';
import type { DriftFlags, DriftListFlags } from '../commands/drift.js';
import { open } from './open.js';
import { dryRun, seconds } from './options.js';
import { addRollout } from './rollout.js';

/** What is done about drift, and with revisions. */
export function addChanging(program: Command): void {
  addDrift(program.command('drift').description('what is not as declared, and what to do about it'));
  addRollout(program.command('rollout').description('revisions of a service: how far, which, back, anew'));
}

function addDrift(drift: Command): void {
  const commands = () => import('../commands/drift.js');
  drift
    .command('list [service]')
    .alias('ls')
    .description('fields that are not as declared, with since when')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('-o, --output <format>', 'json or name')
    .option('--no-headers', 'without the line of column names')
    .action(async (word: string | undefined, flags: DriftListFlags, command: Command) => (await commands()).listDrift(await open(command), word, flags));
  drift
    .command('accept <service> [fields...]')
    .description('declare what is live: a new revision')
    .option('--all', 'every drifted field')
    .option(...dryRun)
    .action(async (word: string, fields: string[], flags: DriftFlags, command: Command) => (await commands()).acceptDrift(await open(command), word, fields, flags));
  drift
    .command('ignore <service> [fields...]')
    .description('leave what is live, and call it no drift from now on')
    .option('--all', 'every drifted field')
    .option(...dryRun)
    .action(async (word: string, fields: string[], flags: DriftFlags, command: Command) => (await commands()).ignoreDrift(await open(command), word, fields, flags));
  drift
    .command('revert <service>')
    .description('make everything of it as declared again')
    .option('--force', 'also when no drift is known')
    .option('--wait', 'until it is as declared')
    .option('--timeout <time>', 'how long to wait', seconds, 120)
    .option(...dryRun)
    .action(async (word: string, flags: DriftFlags, command: Command) => (await commands()).revertDrift(await open(command), word, flags));
  drift
    .command('check <service>')
    .description('have it checked now; exit 0 as declared, 1 not')
    .action(async (word: string, _flags, command: Command) => (await commands()).checkDrift(await open(command), word));
}
