import type { Command } from 'commander';
import type { DriftFlags, DriftListFlags } from '../commands/drift.js';
import type { RolloutFlags } from '../commands/rollout.js';
import { open } from './open.js';
import { dryRun, seconds } from './options.js';

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

function addRollout(rollout: Command): void {
  const commands = () => import('../commands/rollout.js');
  const timeout = ['--timeout <time>', 'how long to wait', seconds, 300] as const;
  rollout
    .command('status <service>')
    .description('wait until what is declared is real')
    .option('--no-wait', 'only say how far it is')
    .option(...timeout)
    .action(async (word: string, flags: RolloutFlags, command: Command) => (await commands()).rolloutStatus(await open(command), word, flags));
  rollout
    .command('history <service>')
    .description('revisions that are kept')
    .option('--revision <revision>', 'what this one declared: a generation, or a name')
    .option('-o, --output <format>', 'json or name')
    .action(async (word: string, flags: { revision?: string; output?: string }, command: Command) => (await commands()).rolloutHistory(await open(command), word, flags));
  rollout
    .command('undo <service>')
    .description('declare again what the last other revision did')
    .option('--to-revision <revision>', 'this one: a generation, or a name')
    .option('--wait', 'until it is ready')
    .option(...timeout)
    .option(...dryRun)
    .action(async (word: string, flags: RolloutFlags & { toRevision?: string }, command: Command) => (await commands()).rolloutUndo(await open(command), word, flags));
  rollout
    .command('restart <service>')
    .description('make anew what runs; volumes stay')
    .option('--wait', 'until it is ready')
    .option(...timeout)
    .option(...dryRun)
    .action(async (word: string, flags: RolloutFlags, command: Command) => (await commands()).rolloutRestart(await open(command), word, flags));
  rollout
    .command('retry <service>')
    .description('begin the next attempt of what has failed at once')
    .option('--wait', 'until it is ready')
    .option(...timeout)
    .option(...dryRun)
    .action(async (word: string, flags: RolloutFlags, command: Command) => (await commands()).rolloutRetry(await open(command), word, flags));
  for (const [name, suspended, text] of [['pause', true, 'plan, apply and check nothing until it is resumed'], ['resume', false, 'let a paused service go on']] as const) {
    rollout
      .command(`${name} <service>`)
      .description(text)
      .action(async (word: string, _flags: object, command: Command) => (await commands()).suspend(await open(command), word, suspended));
  }
}
