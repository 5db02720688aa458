import type { Command } from 'commander';
import type { GlobalFlags } from '../session.js';

const commands = () => import('../commands/config.js');
const globals = (command: Command) => command.optsWithGlobals<GlobalFlags>();

export function addConfig(program: Command): void {
  const config = program.command('config').description('contexts of the kubeconfig');
  config.command('view').description('the kubeconfig, without its secrets').action(async (_flags, command: Command) => (await commands()).view(globals(command)));
  config.command('current-context').description('the context in use').action(async (_flags, command: Command) => (await commands()).currentContext(globals(command)));
  config.command('get-contexts').description('all contexts').action(async (_flags, command: Command) => (await commands()).getContexts(globals(command)));
  config.command('use-context <name>').description('use another context').action(async (name: string, _flags, command: Command) => (await commands()).useContext(globals(command), name));
  config.command('rename-context <name> <new-name>').description('give a context another name').action(async (name: string, to: string, _flags, command: Command) => (await commands()).renameContext(globals(command), name, to));
  config.command('delete-context <name>').description('take a context out of the kubeconfig; its cluster and user stay').action(async (name: string, _flags, command: Command) => (await commands()).deleteContext(globals(command), name));
  config.command('set-namespace <name>').description('namespace of the current context').action(async (name: string, _flags, command: Command) => (await commands()).setNamespace(globals(command), name));
}
