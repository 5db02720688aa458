import type { Command } from 'commander';
import type { RestoreFlags, StateFlags } from '../commands/state.js';
import { open } from './open.js';
import { count, seconds } from './options.js';

/** Commands for the tofu states of services. */
export function addStates(program: Command): void {
  const state = program.command('state').description("a service's tofu state: its history, what is in it, and the way back to an earlier one");
  const commands = () => import('../commands/state.js');
  state
    .command('list <service>')
    .description('the serials that are kept')
    .option('-o, --output <format>', 'wide, json, yaml or name')
    .option('--no-headers', 'without the line of column names')
    .action(async (word: string, flags: StateFlags & { headers: boolean }, command: Command) => (await commands()).listStates(await open(command), word, flags));
  state
    .command('show <service>')
    .description('what a state holds, without what is sensitive')
    .option('--serial <serial>', 'that one instead of the current', count)
    .option('-o, --output <format>', 'json or yaml')
    .action(async (word: string, flags: StateFlags, command: Command) => (await commands()).showState(await open(command), word, flags));
  state
    .command('pull <service>')
    .description('the state as tofu wrote it, on stdout; it holds secrets, and who asks is noted')
    .option('--serial <serial>', 'that one instead of the current', count)
    .action(async (word: string, flags: StateFlags, command: Command) => (await commands()).pullState(await open(command), word, flags));
  state
    .command('restore <service>')
    .description('make an earlier state the current one, under a new serial; then the service is applied with it')
    .requiredOption('--serial <serial>', 'whose content comes back', count)
    .option('--dry-run', 'only say what would be done')
    .option('--wait', 'until the service has been applied with it')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .action(async (word: string, flags: RestoreFlags, command: Command) => (await commands()).restoreState(await open(command), word, flags));
}
