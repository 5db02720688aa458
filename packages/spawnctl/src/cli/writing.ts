import type { Command } from 'commander';
import type { ApplyFlags } from '../commands/apply.js';
import type { DeleteFlags } from '../commands/delete.js';
import type { PatchFlags } from '../commands/patch.js';
import { CommandError, exits } from '../exit.js';
import type { GlobalFlags } from '../session.js';
import { open } from './open.js';
import { collect, dryRun, seconds } from './options.js';

const files = 'file, folder, address (https://…), or - for standard input; may be repeated';
const recursive = ['-R, --recursive', 'folders with what is below them'] as const;
const output = ['-o, --output <format>', 'print what came of it: json, yaml, name, jsonpath=TEMPLATE …'] as const;

/** Commands that change what is declared. */
export function addWriting(program: Command): void {
  addApply(program);
  addCreate(program);
  addDiff(program);
  addEditAndPatch(program);
  addDelete(program);
  addMarks(program);
}

function addApply(program: Command): void {
  program
    .command('apply')
    .allowExcessArguments()
    .description('make it so: create or change what files declare')
    .requiredOption('-f, --filename <file>', files, collect, [])
    .option(...recursive)
    .option(...output)
    .option('--prune', 'delete what an earlier apply made and no file declares any more; with -l or --all')
    .option('-l, --selector <labels>', 'for --prune: only among those with these labels')
    .option('--all', 'for --prune: among all of the namespaces that files name')
    .option('--server-side', 'let the server merge, by whose each field is')
    .option('--force-conflicts', 'with --server-side: take over fields that are somebody else\'s')
    .option('--field-manager <name>', 'with --server-side: whose the fields are', 'spawnctl')
    .option('--dry-run <where>', 'only say what would be done: client (reads the files alone), server, or none')
    .option('--wait', 'until services are ready')
    .option('--no-wait', 'return when it is declared (the default)')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .action(async (flags: ApplyFlags, command: Command) => {
      refuseWords(command);
      const { apply, check } = await import('../commands/apply.js');
      return flags.dryRun === 'client' ? check(flags, command.optsWithGlobals<GlobalFlags>().namespace) : apply(await open(command), flags);
    });
}

function addCreate(program: Command): void {
  program
    .command('create [what] [name]')
    .description('create what files declare, and change nothing that is there; or `create namespace NAME`')
    .option('-f, --filename <file>', files, collect, [])
    .option(...recursive)
    .option(...output)
    .option(...dryRun)
    .action(async (what: string | undefined, name: string | undefined, flags, command: Command) => (await import('../commands/create.js')).create(await open(command), [what, name], flags));
}

function addDiff(program: Command): void {
  program
    .command('diff')
    .allowExcessArguments()
    .description('what apply would change: exit 0 nothing, 1 something, more on an error')
    .requiredOption('-f, --filename <file>', files, collect, [])
    .option(...recursive)
    .action(async (flags: { filename: string[]; recursive?: boolean }, command: Command) => {
      refuseWords(command);
      return (await import('../commands/diff.js')).diff(await open(command), flags.filename, flags.recursive);
    });
}

/** A file without its -f, as other tools take them. */
function refuseWords(command: Command): void {
  const [word] = command.args;
  if (word !== undefined) throw new CommandError(exits.usage, `files are given with -f: spawnctl ${command.name()} -f ${word}`);
}

function addEditAndPatch(program: Command): void {
  program
    .command('edit <kind> [name]')
    .description('change a resource in an editor (KUBE_EDITOR, VISUAL, EDITOR); only what you change is sent')
    .action(async (kind: string, name: string | undefined, _flags: object, command: Command) => (await import('../commands/edit.js')).edit(await open(command), name === undefined ? [kind] : [kind, name]));
  program
    .command('patch <kind> <name>')
    .description('change fields: a merge patch, or a list of operations with --type=json')
    .requiredOption('-p, --patch <text>', 'JSON or YAML')
    .option('--type <type>', 'merge or json', 'merge')
    .option(...dryRun)
    .option(...output)
    .action(async (kind: string, name: string, flags: PatchFlags, command: Command) => (await import('../commands/patch.js')).patch(await open(command), [kind, name], flags));
}

function addDelete(program: Command): void {
  program
    .command('delete [kind] [names...]')
    .description('destroy what was made real, then remove it')
    .option('-f, --filename <file>', 'what these files declare; may be repeated', collect, [])
    .option(...recursive)
    .option('-l, --selector <labels>', 'those with these labels')
    .option('--all', 'all of the kind in the namespace')
    .option('--ignore-not-found', 'no error if it is not there')
    .option('--cascade <how>', 'foreground or background, which are the same here: a service goes after what it made', 'background')
    .option(...dryRun)
    .option('--wait', 'until it is gone (the default)')
    .option('--no-wait', 'do not wait until it is gone')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .action(async (kind: string | undefined, names: string[], flags: DeleteFlags, command: Command) => (await import('../commands/delete.js')).remove(await open(command), kind ? [kind, ...names] : [], flags));
}

function addMarks(program: Command): void {
  for (const what of ['label', 'annotate'] as const) {
    program
      .command(`${what} <kind> <words...>`)
      .description(`set or take away ${what === 'label' ? 'labels' : 'annotations'}: KIND NAME key=value other-`)
      .option('--overwrite', 'change one that is there')
      .action(async (kind: string, words: string[], flags: { overwrite?: boolean }, command: Command) => (await import('../commands/label.js')).mark(await open(command), what, [kind, ...words], flags.overwrite ?? false));
  }
}
