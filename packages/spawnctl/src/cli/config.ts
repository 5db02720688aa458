import type { Command } from 'commander';

const commands = () => import('../commands/config.js');

export function addConfig(program: Command): void {
  const config = program.command('config').description('contexts of the kubeconfig');
  config.command('view').description('the kubeconfig, without its secrets').action(async () => (await commands()).view());
  config.command('current-context').description('the context in use').action(async () => (await commands()).currentContext());
  config.command('get-contexts').description('all contexts').action(async () => (await commands()).getContexts());
  config.command('use-context <name>').description('use another context').action(async (name: string) => (await commands()).useContext(name));
  config.command('set-namespace <name>').description('namespace of the current context').action(async (name: string) => (await commands()).setNamespace(name));
}
