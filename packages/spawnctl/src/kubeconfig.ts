import { chmodSync, existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { Settings } from './config.js';
import { CommandError, exits } from './exit.js';

const Cluster = z.looseObject({ server: z.url(), 'certificate-authority-data': z.string().optional(), 'certificate-authority': z.string().optional() });

/** The parts of a kubeconfig that are used; all else is kept as it stands. */
const Kubeconfig = z.looseObject({
  'current-context': z.string().optional(),
  contexts: z.array(z.looseObject({ name: z.string(), context: z.looseObject({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }) })).nullish(),
  clusters: z.array(z.looseObject({ name: z.string(), cluster: Cluster })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: z.looseObject({ token: z.string().optional(), tokenFile: z.string().optional() }) })).nullish(),
});
export type Kubeconfig = z.infer<typeof Kubeconfig>;

export interface OpenedKubeconfig {
  config: Kubeconfig;
  file: string;
  /** The same with its comments and its order, for changing it. */
  document: Document;
}

export interface Target {
  server: string;
  token?: string;
  /** Certificates (PEM) to trust, instead of the system's. */
  ca?: string;
  namespace: string;
}

/** Where the kubeconfig's context sends requests. Throws with what to do when there is none. */
export function resolveTarget(settings: Settings, contextName?: string): Target {
  const { config, file } = readKubeconfig(settings);
  const name = contextName ?? config['current-context'];
  const context = config.contexts?.find((c) => c.name === name)?.context;
  if (!context) throw noContext(config, name, file);
  const cluster = config.clusters?.find((c) => c.name === context.cluster)?.cluster;
  if (!cluster) throw new CommandError(exits.usage, `${file}: context "${name}" names the cluster "${context.cluster}", which is not there`);
  const user = config.users?.find((u) => u.name === context.user)?.user;
  if (!user) throw new CommandError(exits.usage, `${file}: context "${name}" names the user "${context.user}", which is not there`);
  const token = user.token ?? (user.tokenFile && readBeside(file, user.tokenFile).trim());
  return { server: cluster.server, token: token || undefined, ca: authority(cluster, file), namespace: context.namespace ?? 'default' };
}

/** The first kubeconfig that exists; else the one a local star wrote. */
export function readKubeconfig({ kubeconfigs }: Settings): OpenedKubeconfig {
  const file = kubeconfigs.find((path) => existsSync(path));
  if (!file) throw new CommandError(exits.usage, `no kubeconfig at ${kubeconfigs.join(' or ')}; start a star with \`npm start\`, or set KUBECONFIG, or SPAWNIT_SERVER and SPAWNIT_TOKEN`);
  const document = parseDocument(readWhole(file));
  if (document.errors[0]) throw new CommandError(exits.usage, `${file} is not a kubeconfig: ${document.errors[0].message}`);
  const result = Kubeconfig.safeParse(document.toJS() ?? {});
  if (!result.success) throw new CommandError(exits.usage, `${file} is not a kubeconfig: ${z.prettifyError(result.error)}`);
  return { config: result.data, file, document };
}

function readWhole(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(exits.usage, `the kubeconfig ${file} can't be read: ${code === 'EISDIR' ? 'it is a folder' : message}`);
  }
}

/** Replaces the file whole, readable by its owner alone, for there are tokens in it. */
export function writeKubeconfig({ file, document }: OpenedKubeconfig): void {
  createKubeconfig(realpathSync(file), document);
}

/** As writeKubeconfig, also where there is none yet. */
export function createKubeconfig(file: string, document: Document): void {
  const target = existsSync(file) ? realpathSync(file) : file;
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, document.toString({ lineWidth: 0 }), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, target);
}

function authority(cluster: z.infer<typeof Cluster>, file: string): string | undefined {
  const { 'certificate-authority-data': data, 'certificate-authority': path } = cluster;
  if (data !== undefined) return Buffer.from(data, 'base64').toString();
  return path === undefined ? undefined : readBeside(file, path);
}

/** Paths in a kubeconfig are relative to it. */
function readBeside(file: string, path: string): string {
  const full = resolve(dirname(file), path);
  try {
    return readFileSync(full, 'utf8');
  } catch (error) {
    throw new CommandError(exits.usage, `${file} names ${full}, which can't be read: ${(error as Error).message}`);
  }
}

function noContext(config: Kubeconfig, name: string | undefined, file: string): CommandError {
  const what = name ? `there is no context "${name}" in ${file}` : `${file} has no current context`;
  const there = (config.contexts ?? []).map((c) => c.name).join(', ');
  return new CommandError(exits.usage, `${what}; ${there ? `there are: ${there}` : 'it has none at all'}`);
}
