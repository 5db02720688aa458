import type { Command } from 'commander';
import type { LoginFlags } from '../commands/login.js';
import type { GlobalFlags } from '../session.js';
import { open } from './open.js';

const commands = () => import('../commands/auth.js');

export function addAuth(program: Command): void {
  const auth = program.command('auth').description('who you are to the server, and what you may do');
  auth
    .command('login')
    .description('write a context into the kubeconfig: spawnctl auth login --server URL < token')
    .option('--token-file <file>', 'where the token is; else it is read from standard input')
    .option('--ca <file>', 'certificate (PEM) to trust, instead of the system\'s')
    .option('--name <name>', 'of the context', 'spawnit')
    .action(async (flags: LoginFlags, command: Command) => (await import('../commands/login.js')).login(command.optsWithGlobals<GlobalFlags & LoginFlags>(), flags));
  auth
    .command('whoami')
    .description('whom the server takes you for')
    .option('-o, --output <format>', 'json or yaml')
    .action(async (flags: { output?: string }, command: Command) => (await commands()).whoami(await open(command), flags.output));
  auth
    .command('can-i [verb] [what] [name]')
    .description('whether you may: can-i delete services; exit 0 yes, 1 no')
    .option('--subresource <name>', 'such as status')
    .option('-A, --all-namespaces', 'in all namespaces')
    .option('--list', 'all that you may do')
    .option('-q, --quiet', 'only by the exit code')
    .action(async (verb: string | undefined, what: string | undefined, name: string | undefined, flags: { subresource?: string; allNamespaces?: boolean; quiet?: boolean; list?: boolean }, command: Command) => (await commands()).canI(await open(command), { verb, what, name }, flags));
  auth
    .command('token')
    .description('the token in use, to sign in to the dashboard with; mind who looks on')
    .action(async (_flags, command: Command) => (await commands()).showToken(await open(command)));
}
