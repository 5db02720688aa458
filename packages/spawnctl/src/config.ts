import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { CommandError, exits } from './exit.js';
import type { Proxies } from './proxy.js';

const Environment = z.object({
  KUBECONFIG: z.string().optional(),
  SPAWNIT_SERVER: z.url({ protocol: /^https?$/, error: 'must be an address such as http://127.0.0.1:7080' }).optional(),
  SPAWNIT_TOKEN: z.string().optional(),
  KUBE_EDITOR: z.string().optional(),
  VISUAL: z.string().optional(),
  EDITOR: z.string().optional(),
  XDG_DATA_HOME: z.string().optional(),
  HTTP_PROXY: z.string().optional(),
  HTTPS_PROXY: z.string().optional(),
  NO_PROXY: z.string().optional(),
});

export interface Settings {
  /** kubeconfig files in order of precedence; the first that exists is read and written. */
  kubeconfigs: string[];
  /** Wins over any kubeconfig that no flag names. */
  server?: string;
  /** Wins over the token of a kubeconfig that no flag names. */
  token?: string;
  /** On the way to the server. */
  proxies: Proxies;
  /** What `edit` opens. */
  editor: string;
}

/** Reads the environment once. Throws a usage error that names the variable. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const read = Environment.safeParse(withoutEmpty({ ...env, ...upperProxies(env) }));
  if (!read.success) throw new CommandError(exits.usage, read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; '));
  const { KUBECONFIG = '', SPAWNIT_SERVER: server, SPAWNIT_TOKEN: token, KUBE_EDITOR, VISUAL, EDITOR, XDG_DATA_HOME, HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: none } = read.data;
  const listed = KUBECONFIG.split(delimiter).filter((path) => path !== '');
  return { kubeconfigs: listed.length > 0 ? listed : [join(homedir(), '.kube', 'config'), localStar(XDG_DATA_HOME)], server, token, proxies: { http, https, none }, editor: KUBE_EDITOR ?? VISUAL ?? EDITOR ?? 'vi' };
}

/** Where the server of a star on this machine writes one; `npm start` goes by the same variable. */
function localStar(dataHome = join(homedir(), '.local', 'share')): string {
  return join(dataHome, 'spawnit', 'apiserver', 'kubeconfig');
}

/** Names in lower case are as good, as in curl. */
function upperProxies(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].map((name) => [name, env[name] || env[name.toLowerCase()]]));
}

function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
