import { Client } from '@spawnit/contract';
import { readSettings, type Settings } from './config.js';
import { CommandError, exits } from './exit.js';
import { resolveTarget, type Target } from './kubeconfig.js';
import { note } from './output/streams.js';
import { proxyFor } from './proxy.js';

export interface GlobalFlags {
  kubeconfig?: string;
  context?: string;
  namespace?: string;
  server?: string;
  token?: string;
}

/** What every command that asks the server works with. */
export interface Session {
  client: Client;
  namespace: string;
  /** Given on the command line: what a file says otherwise is then a contradiction. */
  namespaceFlag?: string;
  server: string;
}

/** A server that is being restarted, or a balancer that still names one that has gone. */
const patienceMs = 3_000;

/** Settings of the environment, under what the command line says. Who names a context or a kubeconfig means its cluster: the environment's is none of it. */
export function settingsOf({ kubeconfig, context }: GlobalFlags): Settings {
  const settings = readSettings();
  if (kubeconfig === undefined && context === undefined) return settings;
  return { ...settings, kubeconfigs: kubeconfig === undefined ? settings.kubeconfigs : [kubeconfig], server: undefined, token: undefined };
}

export function openSession(flags: GlobalFlags): Session {
  const settings = settingsOf(flags);
  const target = targetOf(flags, settings);
  const token = checked(flags.token ?? settings.token ?? target.token);
  const client = new Client({ server: target.server, token, ca: target.ca, proxy: proxyFor(target.server, settings.proxies), userAgent: 'spawnctl', patienceMs, onWarning: (text) => note(`warning: ${text}`) });
  return { client, namespace: flags.namespace ?? target.namespace, namespaceFlag: flags.namespace, server: target.server };
}

/** A token from a file often has a line end; what else has no place in a header is no token. */
function checked(token: string | undefined): string | undefined {
  const trimmed = token?.trim();
  if (trimmed !== undefined && /[^\x21-\x7e]/.test(trimmed)) throw new CommandError(exits.usage, 'the token has spaces, line ends or letters in it that no token has: was it copied whole?');
  return trimmed || undefined;
}

/** A server of the command line stands in for that of the context, if one is named; its token and namespace stay. */
function targetOf({ server, context, kubeconfig }: GlobalFlags, settings: Settings): Target {
  const given = server ?? settings.server;
  if (given === undefined) return resolveTarget(settings, context);
  if (context === undefined && kubeconfig === undefined) return { server: given, namespace: 'default' };
  return { ...resolveTarget(settings, context), server: given };
}
