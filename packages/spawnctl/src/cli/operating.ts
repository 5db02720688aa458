import type { Command } from 'commander';
import { open } from './open.js';
import { seconds } from './options.js';

/** Commands for runs and nodes. */
export function addOperating(program: Command): void {
  program
    .command('plan <service>')
    .description('what an apply would change now; nothing is changed')
    .option('--timeout <time>', 'how long to wait', seconds, 120)
    .action(async (word: string, flags: { timeout: number }, command: Command) => (await import('../commands/plan.js')).plan(await open(command), word, flags.timeout));
  program
    .command('approve <service>')
    .description('approve the plan that waits')
    .action(async (word: string, _flags, command: Command) => (await import('../commands/approve.js')).approve(await open(command), word));
  program
    .command('reject <service>')
    .description('have the plan that waits not applied')
    .requiredOption('--reason <text>', 'why; who asks later reads it')
    .action(async (word: string, { reason }: { reason: string }, command: Command) => (await import('../commands/approve.js')).reject(await open(command), word, reason));
  program
    .command('cancel <service>')
    .description('end the job that is under way, or job/NAME')
    .action(async (word: string, _flags, command: Command) => (await import('../commands/cancel.js')).cancel(await open(command), word));
  program
    .command('eject <service>')
    .description('write a service out as a plain tofu project, with its state; nothing is changed')
    .option('--to <folder>', 'where (default: a folder of its name here)')
    .action(async (word: string, flags: { to?: string }, command: Command) => (await import('../commands/eject.js')).eject(await open(command), word, flags.to));
  addNodes(program);
}

function addNodes(program: Command): void {
  for (const [name, unschedulable, text] of [['cordon', true, 'give a node nothing new'], ['uncordon', false, 'let a node have work again']] as const) {
    program
      .command(`${name} <nodes...>`)
      .description(text)
      .action(async (names: string[], _flags, command: Command) => (await import('../commands/node.js')).cordon(await open(command), names, unschedulable));
  }
  program
    .command('drain <node>')
    .description('move everything away from a node')
    .option('--timeout <time>', 'how long to wait', seconds, 600)
    .action(async (name: string, flags: { timeout: number }, command: Command) => (await import('../commands/node.js')).drain(await open(command), name, flags.timeout));
}
