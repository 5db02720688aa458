import { Client } from '@spawnit/contract';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseDocument, type Document } from 'yaml';
import { readSettings } from '../config.js';
import { CommandError, exits } from '../exit.js';
import { createKubeconfig } from '../kubeconfig.js';
import { note, print } from '../output/streams.js';
import { proxyFor } from '../proxy.js';
import { settingsOf, type GlobalFlags } from '../session.js';

export interface LoginFlags {
  tokenFile?: string;
  ca?: string;
  name: string;
}

/** Tries the token, then keeps server and token as a context of the kubeconfig, and uses it from then on. A token that is refused is not kept. */
export async function login(globals: GlobalFlags, { tokenFile, ca, name }: LoginFlags): Promise<void> {
  const settings = settingsOf(globals);
  const server = globals.server ?? settings.server;
  if (!server) throw new CommandError(exits.usage, 'say where: spawnctl auth login --server https://…');
  const token = (globals.token ?? (await readToken(tokenFile))).trim();
  if (!token) throw new CommandError(exits.usage, 'the token is empty');
  const authority = ca === undefined ? undefined : readGiven('--ca', ca);
  await tryIt(server, token, authority);
  const file = settings.kubeconfigs[0]!;
  const document: Document = parseDocument(existsSync(file) ? readFileSync(file, 'utf8') : '');
  if (document.toJS() === null) document.contents = document.createNode({ apiVersion: 'v1', kind: 'Config' });
  const namespace = globals.namespace === undefined ? {} : { namespace: globals.namespace };
  setNamed(document, 'clusters', { name, cluster: { server, ...(authority && { 'certificate-authority-data': Buffer.from(authority).toString('base64') }) } });
  setNamed(document, 'users', { name, user: { token } });
  setNamed(document, 'contexts', { name, context: { cluster: name, user: name, ...namespace } });
  document.set('current-context', name);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  createKubeconfig(file, document);
  print(`logged in to ${server}: context "${name}" of ${file} is in use`);
}

async function readToken(file: string | undefined): Promise<string> {
  if (file !== undefined) return readGiven('--token-file', file);
  if (process.stdin.isTTY) note('paste the token, then press Ctrl-D:');
  return text(process.stdin);
}

function readGiven(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(exits.usage, `${option} ${file}: ${code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : (error as Error).message}`);
  }
}

async function tryIt(server: string, token: string, ca: string | undefined): Promise<void> {
  const client = new Client({ server, token, ca, proxy: proxyFor(server, readSettings().proxies), userAgent: 'spawnctl' });
  try {
    await client.namespaces.list({ limit: 1 });
  } finally {
    await client.close();
  }
}

/** Replaces the entry of that name, or adds it; what else is in the file stays. */
function setNamed(document: Document, list: string, entry: { name: string; [part: string]: unknown }): void {
  const entries = ((document.toJS() as Record<string, { name: string }[] | null>)[list] ?? []).map((each) => each.name);
  const at = entries.indexOf(entry.name);
  if (at >= 0) document.setIn([list, at], document.createNode(entry));
  else if (entries.length > 0) document.addIn([list], document.createNode(entry));
  else document.set(list, document.createNode([entry]));
}
