import { Command, Option } from 'commander';
import { addAdmin } from './cli/admin.js';
import { addAuth } from './cli/auth.js';
import { addChanging } from './cli/changing.js';
import { addCompletion } from './cli/completion.js';
import { addConfig } from './cli/config.js';
import { addLocal } from './cli/local.js';
import { addLooking } from './cli/looking.js';
import { addOperating } from './cli/operating.js';
import { addReading } from './cli/reading.js';
import { addStates } from './cli/states.js';
import { addWriting } from './cli/writing.js';
import { hintFor, wordsFromElsewhere } from './cli/elsewhere.js';
import { open } from './cli/open.js';
import { address } from './cli/options.js';

const help = `
First steps:
  spawnctl doctor                                               is all there that is needed?
  spawnctl get templates                                        what can be had
  spawnctl explain service.spec.parameters --template NAME      what it asks for
  spawnctl apply -f FILE --wait                                 declare it, and wait until it is there
  spawnctl describe service NAME                                how it is, and why

Names are given as KIND NAME or KIND/NAME; \`spawnctl api-resources\` lists the kinds.
Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 conflict, 6 unreachable, 124 timed out, 130 interrupted.`;

/** How `--help` shows them; the last takes what comes after as well. */
const groups: [heading: string, ...adds: ((program: Command) => void)[]][] = [
  ['Look:', addReading, addLooking],
  ['Declare:', addWriting],
  ['Run and mend:', addOperating, addChanging],
  ['Keep:', addAdmin, addStates],
  ['Set up:', addConfig, addAuth, addLocal, addCompletion],
];

/** The whole command line. What a command needs is loaded only when it is run, so that starting stays quick. */
export function buildProgram(version: string): Command {
  const program = new Command('spawnctl')
    .description('Declare services, watch them become real, see what drifts.')
    .option('-n, --namespace <name>', 'namespace (default: the context\'s, else "default")')
    .option('--context <name>', 'context of the kubeconfig, whatever SPAWNIT_SERVER and SPAWNIT_TOKEN say')
    .option('--kubeconfig <file>', 'this kubeconfig, whatever KUBECONFIG, SPAWNIT_SERVER and SPAWNIT_TOKEN say')
    .addOption(new Option('-s, --server <url>', 'address of the API, instead of a kubeconfig').argParser(address))
    .addOption(new Option('--token <token>', 'bearer token; prefer SPAWNIT_TOKEN or a kubeconfig').hideHelp())
    .addHelpText('after', help)
    .version(version, '-V, --version', 'version of spawnctl')
    .showSuggestionAfterError()
    .showHelpAfterError('(--help tells how)')
    .configureHelp({ showGlobalOptions: true });
  for (const [heading, ...adds] of groups) {
    program.commandsGroup(heading);
    for (const add of adds) add(program);
  }
  program
    .command('version')
    .description('versions of spawnctl and of the server')
    .option('--client', 'of spawnctl alone')
    .option('-o, --output <format>', 'json or yaml')
    .action(async (flags: { client?: boolean; output?: string }, command: Command) => (await import('./commands/version.js')).showVersion(version, flags.output, flags.client ? undefined : await open(command)));
  // Commander has the nearest words for all others.
  for (const word of wordsFromElsewhere) program.command(word, { hidden: true }).allowUnknownOption().argument('[words...]').action(() => program.error(`error: unknown command '${word}'\n${hintFor(word)}`));
  endByException(program);
  return program;
}

/** So that main alone decides the exit code. */
function endByException(command: Command): void {
  command.exitOverride();
  for (const sub of command.commands) endByException(sub);
}
