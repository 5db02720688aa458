import type { Command } from 'commander';
import type { ApplyFlags } from '../commands/apply.js';
import type { DeleteFlags } from '../commands/delete.js';
import { open } from './open.js';
import { collect, seconds } from './options.js';

const files = 'file, folder, or - for standard input; may be repeated';

/** Commands that change what is declared. */
export function addWriting(program: Command): void {
  program
    .command('apply')
    .description('make it so: create or change what files declare')
    .requiredOption('-f, --filename <file>', files, collect, [])
    .option('--dry-run <where>', 'only say what would be done: client (reads the files alone) or server')
    .option('--wait', 'until services are ready')
    .option('--no-wait', 'return when it is declared (the default)')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .action(async (flags: ApplyFlags, command: Command) => {
      const { apply, check } = await import('../commands/apply.js');
      return flags.dryRun === 'client' ? check(flags.filename) : apply(await open(command), flags);
    });
  program
    .command('create [what] [name]')
    .description('create what files declare, and change nothing that is there; or `create namespace NAME`')
    .option('-f, --filename <file>', files, collect, [])
    .option('--dry-run <where>', 'server: only say what would be done')
    .action(async (what: string | undefined, name: string | undefined, flags, command: Command) => (await import('../commands/create.js')).create(await open(command), [what, name], flags));
  program
    .command('diff')
    .description('what apply would change: exit 0 nothing, 1 something, more on an error')
    .requiredOption('-f, --filename <file>', files, collect, [])
    .action(async (flags: { filename: string[] }, command: Command) => (await import('../commands/diff.js')).diff(await open(command), flags.filename));
  addDelete(program);
  for (const what of ['label', 'annotate'] as const) {
    program
      .command(`${what} <kind> <words...>`)
      .description(`set or take away ${what === 'label' ? 'labels' : 'annotations'}: KIND NAME key=value other-`)
      .option('--overwrite', 'change one that is there')
      .action(async (kind: string, words: string[], flags: { overwrite?: boolean }, command: Command) => (await import('../commands/label.js')).mark(await open(command), what, [kind, ...words], flags.overwrite ?? false));
  }
}

function addDelete(program: Command): void {
  program
    .command('delete [kind] [names...]')
    .description('destroy what was made real, then remove it')
    .option('-f, --filename <file>', 'what these files declare; may be repeated', collect, [])
    .option('-l, --selector <labels>', 'those with these labels')
    .option('--all', 'all of the kind in the namespace')
    .option('--ignore-not-found', 'no error if it is not there')
    .option('--wait', 'until it is gone (the default)')
    .option('--no-wait', 'do not wait until it is gone')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .action(async (kind: string | undefined, names: string[], flags: DeleteFlags, command: Command) => (await import('../commands/delete.js')).remove(await open(command), kind ? [kind, ...names] : [], flags));
}
