import { Command, InvalidArgumentError, Option } from 'commander';
import { openSession, type GlobalFlags, type Session } from './session.js';

const help = `
Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 unreachable, 124 timed out, 130 interrupted.
Kinds: namespaces, events, templates, modules, services (svc), revisions, jobs, nodes. Names as KIND NAME or KIND/NAME.`;

/** The whole command line. Each command's code is loaded only when it is run, so that starting stays quick. */
export function buildProgram(signal: AbortSignal, version: string): Command {
  const program = new Command('spawnctl')
    .description('Declare services, watch them become real, see what drifts.')
    .option('-n, --namespace <name>', 'namespace (default: the context\'s, else "default")')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(new Option('-s, --server <url>', 'address of the API, instead of a kubeconfig'))
    .addOption(new Option('--token <token>', 'bearer token; prefer SPAWNIT_TOKEN or a kubeconfig').hideHelp())
    .addHelpText('after', help)
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const session = (command: Command): Session => openSession(command.optsWithGlobals<GlobalFlags>(), signal);
  addReading(program, session);
  addWriting(program, session);
  addRuns(program, session);
  addNodes(program, session);
  addConfig(program);
  program
    .command('version')
    .description('versions of spawnctl and of the server')
    .option('--client', 'of spawnctl alone')
    .action(async (flags: { client?: boolean }, command: Command) => (await import('./commands/version.js')).showVersion(version, flags.client ? undefined : session(command)));
  for (const sub of program.commands) sub.exitOverride();
  return program;
}

type Open = (command: Command) => Session;

function addReading(program: Command, session: Open): void {
  program
    .command('get <kind> [names...]')
    .description('show resources')
    .option('-o, --output <format>', 'wide, json, yaml or name')
    .option('-l, --selector <labels>', 'only those with these labels')
    .option('--field-selector <fields>', 'only those with these fields, such as status.phase=Ready')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('-w, --watch', 'go on showing changes')
    .option('--no-headers', 'without the line of column names')
    .action(async (kind: string, names: string[], flags, command: Command) => (await import('./commands/get.js')).get(session(command), [kind, ...names], flags));
  program
    .command('describe <kind> [names...]')
    .description('everything about a resource: conditions, drift, last job, events')
    .action(async (kind: string, names: string[], _flags, command: Command) => (await import('./commands/describe.js')).describe(session(command), [kind, ...names]));
  program
    .command('logs <service>')
    .description('output of a service\'s newest job, or of job/NAME')
    .option('-f, --follow', 'go on until the job ends')
    .option('-p, --previous', 'of the job before')
    .action(async (word: string, flags, command: Command) => (await import('./commands/logs.js')).logs(session(command), word, flags));
  program
    .command('wait <kind> [names...]')
    .description('wait for a condition; ends at once when it can no longer come')
    .requiredOption('--for <what>', 'condition=TYPE[=STATUS] or delete')
    .option('--timeout <time>', 'such as 30s or 5m', seconds, 30)
    .action(async (kind: string, names: string[], flags, command: Command) => (await import('./commands/wait.js')).wait(session(command), [kind, ...names], flags));
}

function addWriting(program: Command, session: Open): void {
  program
    .command('apply')
    .description('make it so: create or change what files declare')
    .requiredOption('-f, --filename <file>', 'file, folder, or - for standard input; may be repeated', collect, [])
    .option('--dry-run <where>', 'none, client or server')
    .option('--wait', 'until services are ready')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .action(async (flags, command: Command) => (await import('./commands/apply.js')).apply(session(command), flags));
  program
    .command('diff')
    .description('what apply would change: exit 0 nothing, 1 something')
    .requiredOption('-f, --filename <file>', 'file, folder, or -; may be repeated', collect, [])
    .action(async (flags: { filename: string[] }, command: Command) => (await import('./commands/apply.js')).diff(session(command), flags.filename));
  program
    .command('delete [kind] [names...]')
    .description('destroy what it made, then remove it')
    .option('-f, --filename <file>', 'what these files declare; may be repeated', collect, [])
    .option('-l, --selector <labels>', 'those with these labels')
    .option('--all', 'all of the kind in the namespace')
    .option('--ignore-not-found', 'no error if it is not there')
    .option('--no-wait', 'do not wait until it is gone')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .action(async (kind: string | undefined, names: string[], flags, command: Command) => (await import('./commands/delete.js')).remove(session(command), kind ? [kind, ...names] : [], flags));
}

function addRuns(program: Command, session: Open): void {
  program
    .command('plan <service>')
    .description('what an apply would change now')
    .option('--timeout <time>', 'how long to wait', seconds, 120)
    .action(async (word: string, flags: { timeout: number }, command: Command) => (await import('./commands/plan.js')).plan(session(command), word, flags.timeout));
  program
    .command('approve <service>')
    .description('approve the plan that waits')
    .action(async (word: string, _flags, command: Command) => (await import('./commands/plan.js')).approve(session(command), word));
  program
    .command('cancel <service>')
    .description('end the job that is under way, or job/NAME')
    .action(async (word: string, _flags, command: Command) => (await import('./commands/plan.js')).cancel(session(command), word));
}

function addNodes(program: Command, session: Open): void {
  for (const [name, unschedulable, text] of [['cordon', true, 'give a node nothing new'], ['uncordon', false, 'let a node have work again']] as const) {
    program
      .command(`${name} <nodes...>`)
      .description(text)
      .action(async (names: string[], _flags, command: Command) => (await import('./commands/node.js')).cordon(session(command), names, unschedulable));
  }
  program
    .command('drain <node>')
    .description('move everything away from a node')
    .option('--timeout <time>', 'how long to wait', seconds, 600)
    .action(async (name: string, flags: { timeout: number }, command: Command) => (await import('./commands/node.js')).drain(session(command), name, flags.timeout));
}

function addConfig(program: Command): void {
  const print = (text: string) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  const config = program.command('config').description('contexts of the kubeconfig').exitOverride();
  config.command('view').description('the kubeconfig, without its tokens').action(async () => (await import('./commands/config.js')).view(print));
  config.command('current-context').description('the context in use').action(async () => (await import('./commands/config.js')).currentContext(print));
  config.command('get-contexts').description('all contexts').action(async () => (await import('./commands/config.js')).getContexts(print));
  config.command('use-context <name>').description('use another context').action(async (name: string) => (await import('./commands/config.js')).useContext(name, print));
  config.command('set-namespace <name>').description('namespace of the current context').action(async (name: string) => (await import('./commands/config.js')).setNamespace(name, print));
  for (const sub of config.commands) sub.exitOverride();
}

function collect(value: string, all: string[]): string[] {
  return [...all, value];
}

/** 30, 30s, 5m, 1h → seconds. */
export function seconds(text: string): number {
  const match = /^(\d+)(s|m|h)?$/.exec(text);
  if (!match) throw new InvalidArgumentError('use a number of seconds, or such as 30s, 5m, 1h');
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 's' | 'm' | 'h'];
}
