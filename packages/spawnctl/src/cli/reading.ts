import type { Command } from 'commander';
import type { GetFlags } from '../commands/get-pages.js';
import type { LogFlags } from '../commands/logs.js';
import type { WaitFlags } from '../commands/wait.js';
import { open } from './open.js';
import { count, lines, seconds } from './options.js';

/** Commands that change nothing. */
export function addReading(program: Command): void {
  addGet(program);
  program
    .command('describe <kind> [names...]')
    .description('all about a resource: phase, conditions, drift, last job, events')
    .option('-l, --selector <labels>', 'only those with these labels')
    .option('-A, --all-namespaces', 'in all namespaces')
    .action(async (kind: string, names: string[], flags, command: Command) => (await import('../commands/describe.js')).describe(await open(command), [kind, ...names], flags));
  program
    .command('logs <service>')
    .description("output of a service's newest job, or of job/NAME")
    .option('-f, --follow', 'go on until the job ends')
    .option('-p, --previous', 'of the job before')
    .option('--since <time>', 'of all jobs that were under way so long ago, or later', seconds)
    .option('--tail <lines>', 'only the last lines of what there is; -1 is all', lines)
    .action(async (word: string, flags: LogFlags, command: Command) => (await import('../commands/logs.js')).logs(await open(command), word, flags));
  program
    .command('events')
    .description('what happened lately')
    .option('--for <name>', 'to this service alone, or KIND/NAME')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('-w, --watch', 'go on showing what happens')
    .action(async (flags, command: Command) => (await import('../commands/events.js')).events(await open(command), flags));
  program
    .command('wait <kind> [names...]')
    .description('wait for a condition; ends at once when it can no longer come')
    .requiredOption('--for <what>', 'condition=TYPE[=STATUS], jsonpath={PATH}[=VALUE], create or delete')
    .option('-l, --selector <labels>', 'for all with these labels')
    .option('--all', 'for all of the kind in the namespace')
    .option('--timeout <time>', 'such as 30s or 5m', seconds, 30)
    .action(async (kind: string, names: string[], flags: WaitFlags, command: Command) => (await import('../commands/wait.js')).wait(await open(command), [kind, ...names], flags));
}

function addGet(program: Command): void {
  program
    .command('get [kind] [names...]')
    .description('show resources')
    .option('-o, --output <format>', 'wide, json, yaml, name, jsonpath=TEMPLATE or custom-columns=NAME:PATH,…')
    .option('-l, --selector <labels>', 'only those with these labels')
    .option('--field-selector <fields>', 'only those with these fields, such as status.phase=Ready')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('-w, --watch', 'go on showing changes')
    .option('--sort-by <path>', 'in the order of a field, such as .metadata.creationTimestamp')
    .option('-L, --label-columns <keys>', 'a column for each of these labels: key,key')
    .option('--show-labels', 'labels as the last column')
    .option('--chunk-size <count>', 'how many are asked for at once; 0 is all', count, 500)
    .option('--no-headers', 'without the line of column names')
    .option('--ignore-not-found', 'no error if it is not there')
    .option('--raw <path>', 'what the server answers at this path, as it is')
    .action(async (kind: string | undefined, names: string[], flags: GetFlags & { raw?: string }, command: Command) => {
      if (flags.raw !== undefined) return (await import('../commands/raw.js')).getRaw(await open(command), flags.raw);
      return (await import('../commands/get.js')).get(await open(command), kind === undefined ? [] : [kind, ...names], flags);
    });
}
