import { nearest } from '@spawnit/contract';
import { stringify } from 'yaml';
import { CommandError, exits } from '../exit.js';
import { readKubeconfig, writeKubeconfig, type OpenedKubeconfig } from '../kubeconfig.js';
import { columns } from '../output/columns.js';
import { note, print } from '../output/streams.js';
import { settingsOf, type GlobalFlags } from '../session.js';

const secrets = ['token', 'password', 'client-key-data'];
const bulky = ['certificate-authority-data', 'client-certificate-data'];

/** As kubectl shows it: what is secret or long is named, not shown. */
export function view(globals: GlobalFlags): void {
  const { config } = readKubeconfig(settingsOf(globals));
  const hide = (key: string, value: unknown): unknown => (secrets.includes(key) ? 'REDACTED' : bulky.includes(key) ? 'DATA+OMITTED' : value);
  print(stringify(JSON.parse(JSON.stringify(config, hide)), { lineWidth: 0 }));
}

export function currentContext(globals: GlobalFlags): void {
  const { config, file } = readKubeconfig(settingsOf(globals));
  print(current(config['current-context'], file));
}

export function getContexts(globals: GlobalFlags): void {
  const { config } = readKubeconfig(settingsOf(globals));
  const rows = (config.contexts ?? []).map((c) => [c.name === config['current-context'] ? '*' : '', c.name, c.context.cluster, c.context.user, c.context.namespace ?? '']);
  print(columns([['CURRENT', 'NAME', 'CLUSTER', 'USER', 'NAMESPACE'], ...rows]));
}

export function useContext(globals: GlobalFlags, name: string): void {
  const opened = readKubeconfig(settingsOf(globals));
  indexOf(opened, name);
  opened.document.set('current-context', name);
  writeKubeconfig(opened);
  print(`switched to context "${name}"`);
}

/** It stays the one in use, if it was. */
export function renameContext(globals: GlobalFlags, from: string, to: string): void {
  const opened = readKubeconfig(settingsOf(globals));
  const at = indexOf(opened, from);
  if (to === '') throw new CommandError(exits.usage, 'a context has a name');
  if (opened.config.contexts?.some(({ name }) => name === to)) throw new CommandError(exits.conflict, `there is a context "${to}" in ${opened.file} already`);
  opened.document.setIn(['contexts', at, 'name'], to);
  if (opened.config['current-context'] === from) opened.document.set('current-context', to);
  writeKubeconfig(opened);
  print(`context "${from}" renamed to "${to}"`);
}

/** Its cluster and its user stay: other contexts may name them. */
export function deleteContext(globals: GlobalFlags, name: string): void {
  const opened = readKubeconfig(settingsOf(globals));
  opened.document.deleteIn(['contexts', indexOf(opened, name)]);
  const current = opened.config['current-context'] === name;
  if (current) opened.document.delete('current-context');
  writeKubeconfig(opened);
  print(`deleted context "${name}" from ${opened.file}`);
  if (current) note('it was the one in use: `spawnctl config use-context NAME` chooses another');
}

export function setNamespace(globals: GlobalFlags, namespace: string): void {
  const opened = readKubeconfig(settingsOf(globals));
  const name = current(opened.config['current-context'], opened.file);
  opened.document.setIn(['contexts', indexOf(opened, name), 'context', 'namespace'], namespace);
  writeKubeconfig(opened);
  print(`context "${name}" now uses namespace "${namespace}"`);
}

function current(name: string | undefined, file: string): string {
  if (!name) throw new CommandError(exits.failed, `${file} has no current context; \`spawnctl config use-context NAME\` sets it`);
  return name;
}

function indexOf({ config, file }: OpenedKubeconfig, name: string): number {
  const names = (config.contexts ?? []).map((c) => c.name);
  const near = nearest(name, names);
  if (!names.includes(name)) throw new CommandError(exits.notFound, `there is no context "${name}" in ${file}${near ? `; did you mean "${near}"?` : names.length > 0 ? `; there are: ${names.join(', ')}` : ''}`);
  return names.indexOf(name);
}
