import type { Command } from 'commander';
import type { RolloutFlags } from '../commands/rollout.js';
import { open } from './open.js';
import { dryRun, seconds } from './options.js';

const commands = () => import('../commands/rollout.js');
const timeout = ['--timeout <time>', 'how long to wait', seconds, 300] as const;

/** Revisions of a service, and how far it is with the newest. */
export function addRollout(rollout: Command): void {
  addRevisions(rollout);
  addOrders(rollout);
  addPauses(rollout);
}

function addRevisions(rollout: Command): void {
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
}

function addOrders(rollout: Command): void {
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
}

function addPauses(rollout: Command): void {
  for (const [name, suspended, text] of [['pause', true, 'plan, apply and check nothing until it is resumed'], ['resume', false, 'let a paused service go on']] as const) {
    rollout
      .command(`${name} <service>`)
      .description(text)
      .action(async (word: string, _flags: object, command: Command) => (await commands()).suspend(await open(command), word, suspended));
  }
}
