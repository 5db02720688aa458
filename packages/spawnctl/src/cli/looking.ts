import type { Command } from 'commander';
import type { ExplainFlags } from '../commands/explain.js';
import type { TopFlags } from '../commands/top.js';
import { open } from './open.js';

/** Commands that tell what there is to know of the server, its kinds and its load. */
export function addLooking(program: Command): void {
  program
    .command('explain <field>')
    .description('what a field means: service.spec.drift, or service.spec.parameters --template NAME')
    .option('--recursive', 'all fields below it, at once')
    .option('--template <name>', 'whose parameters are explained')
    .action(async (field: string, flags: ExplainFlags, command: Command) => (await import('../commands/explain.js')).explainField(await open(command), field, flags));
  program
    .command('top <what>')
    .description('how much is going on: nodes (slots, queue, checks due per second) or services')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('--no-headers', 'without the line of column names')
    .action(async (what: string, flags: TopFlags, command: Command) => (await import('../commands/top.js')).top(await open(command), what, flags));
  program
    .command('dashboard [what]')
    .description('open the dashboard, or the page of a service, job/NAME or node/NAME; prints its address')
    .option('--no-open', 'only print the address')
    .action(async (what: string | undefined, flags: { open: boolean }, command: Command) => (await import('../commands/dashboard.js')).dashboard(await open(command), what, flags.open));
  program
    .command('api-resources')
    .description('the kinds, with their short names')
    .option('-o, --output <format>', 'name')
    .option('--no-headers', 'without the line of column names')
    .action(async (flags: { output?: string; headers: boolean }) => (await import('../commands/api-resources.js')).apiResources(flags));
  program
    .command('api-versions')
    .description('the versions of the API that the server knows')
    .action(async (_flags, command: Command) => (await import('../commands/api-resources.js')).apiVersions(await open(command)));
}
