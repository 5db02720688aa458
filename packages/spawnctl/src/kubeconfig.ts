import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homedir } from 'node:os';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Settings } from './config.js';
import { CommandError, exits } from './exit.js';

/** The parts of a kubeconfig that are used; all else is kept as it stands. */
const Kubeconfig = z.looseObject({
  'current-context': z.string().optional(),
  contexts: z.array(z.looseObject({ name: z.string(), context: z.looseObject({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }) })).nullish(),
  clusters: z.array(z.looseObject({ name: z.string(), cluster: z.looseObject({ server: z.string(), 'certificate-authority-data': z.string().optional() }) })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: z.looseObject({ token: z.string().optional(), tokenFile: z.string().optional() }) })).nullish(),
});
export type Kubeconfig = z.infer<typeof Kubeconfig>;

export interface Target {
  server: string;
  token?: string;
  /** Certificates (PEM) to trust, instead of the system's. */
  ca?: string;
  namespace: string;
}

/** Where to send requests: environment, else the kubeconfig's context. Throws with what to do when there is none. */
export function resolveTarget(settings: Settings, contextName?: string): Target {
  if (settings.direct) return { ...settings.direct, namespace: 'default' };
  const { config, file } = readKubeconfig(settings);
  const name = contextName ?? config['current-context'];
  const context = config.contexts?.find((c) => c.name === name)?.context;
  if (!context) throw noContext(name, file);
  const cluster = config.clusters?.find((c) => c.name === context.cluster)?.cluster;
  const user = config.users?.find((u) => u.name === context.user)?.user;
  if (!cluster) throw new CommandError(exits.usage, `${file}: context "${name}" names the cluster "${context.cluster}", which is not there`);
  const token = user?.token ?? (user?.tokenFile ? readFileSync(user.tokenFile, 'utf8').trim() : undefined);
  const authority = cluster['certificate-authority-data'];
  const ca = authority === undefined ? undefined : Buffer.from(authority, 'base64').toString();
  return { server: cluster.server, token, ca, namespace: context.namespace ?? 'default' };
}

/** The first kubeconfig that exists; else the one a local star wrote. */
export function readKubeconfig(settings: Settings): { config: Kubeconfig; file: string } {
  const candidates = [...settings.kubeconfigs, localStar()];
  const file = candidates.find((path) => existsSync(path));
  if (!file) throw new CommandError(exits.usage, `no kubeconfig at ${candidates.join(' or ')}; start a star with \`npm start\`, or set KUBECONFIG, or SPAWNIT_SERVER and SPAWNIT_TOKEN`);
  const result = Kubeconfig.safeParse(parse(readFileSync(file, 'utf8')));
  if (!result.success) throw new CommandError(exits.usage, `${file} is not a kubeconfig: ${z.prettifyError(result.error)}`);
  return { config: result.data, file };
}

export function writeKubeconfig(file: string, config: Kubeconfig): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, stringify(config), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}

function localStar(): string {
  return join(homedir(), '.local', 'share', 'spawnit', 'apiserver', 'kubeconfig');
}

function noContext(name: string | undefined, file: string): CommandError {
  const what = name ? `there is no context "${name}" in ${file}` : `${file} has no current context`;
  return new CommandError(exits.usage, `${what}; see \`spawnctl config get-contexts\``);
}
