import { Client } from '@spawnit/contract';
import { readSettings, type Settings } from './config.js';
import { resolveTarget, type Target } from './kubeconfig.js';
import { note } from './output/streams.js';

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

/** Settings of the environment, under what the command line says. */
export function settingsOf({ kubeconfig }: GlobalFlags): Settings {
  const settings = readSettings();
  return kubeconfig === undefined ? settings : { ...settings, kubeconfigs: [kubeconfig], server: undefined };
}

export function openSession(flags: GlobalFlags): Session {
  const settings = settingsOf(flags);
  const server = flags.server ?? settings.server;
  const target: Target = server === undefined ? resolveTarget(settings, flags.context) : { server, namespace: 'default' };
  const token = flags.token ?? settings.token ?? target.token;
  const client = new Client({ server: target.server, token, ca: target.ca, userAgent: 'spawnctl', patienceMs, onWarning: (text) => note(`warning: ${text}`) });
  return { client, namespace: flags.namespace ?? target.namespace, namespaceFlag: flags.namespace, server: target.server };
}

