import { stringify } from 'yaml';
import { readSettings } from '../config.js';
import { CommandError, exits } from '../exit.js';
import { readKubeconfig, writeKubeconfig } from '../kubeconfig.js';

type Print = (text: string) => void;

export function view(print: Print): void {
  const { config } = readKubeconfig(readSettings());
  const masked = (config.users ?? []).map((u) => ({ ...u, user: { ...u.user, ...(u.user.token !== undefined && { token: 'REDACTED' }) } }));
  print(stringify({ ...config, users: masked }));
}

export function currentContext(print: Print): void {
  const { config, file } = readKubeconfig(readSettings());
  if (!config['current-context']) throw new CommandError(exits.failed, `${file} has no current context`);
  print(config['current-context']);
}

export function getContexts(print: Print): void {
  const { config } = readKubeconfig(readSettings());
  const rows = (config.contexts ?? []).map((c) => [c.name === config['current-context'] ? '*' : '', c.name, c.context.cluster, c.context.user, c.context.namespace ?? '']);
  const all = [['CURRENT', 'NAME', 'CLUSTER', 'USER', 'NAMESPACE'], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((r) => r[i]!.length)));
  print(all.map((r) => r.map((word, i) => word.padEnd(widths[i]! + 3)).join('').trimEnd()).join('\n'));
}

export function useContext(name: string, print: Print): void {
  const { config, file } = readKubeconfig(readSettings());
  if (!(config.contexts ?? []).some((c) => c.name === name)) throw new CommandError(exits.notFound, `there is no context "${name}" in ${file}`);
  writeKubeconfig(file, { ...config, 'current-context': name });
  print(`switched to context "${name}"`);
}

export function setNamespace(namespace: string, print: Print): void {
  const { config, file } = readKubeconfig(readSettings());
  const contexts = (config.contexts ?? []).map((c) => (c.name === config['current-context'] ? { ...c, context: { ...c.context, namespace } } : c));
  writeKubeconfig(file, { ...config, contexts });
  print(`context "${config['current-context']}" now uses namespace "${namespace}"`);
}
