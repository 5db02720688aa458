import { spawn } from 'node:child_process';
import { note, print } from '../output/streams.js';
import { isThisMachine } from '../proxy.js';
import { readRef } from '../refs.js';
import type { Session } from '../session.js';

const answerWithinMs = 1_000;

/** Prints the dashboard's address, of a resource's page if one is named, which signs a browser in once, and opens it where a person can see it. */
export async function dashboard(session: Session, word: string | undefined, open: boolean): Promise<void> {
  const { code } = await session.client.transport.json<{ code: string }>({ method: 'POST', path: '/session/codes', body: {} });
  // Behind the #, which browsers keep to themselves: no server's log has it.
  const address = new URL(`/ui/${word === undefined ? '' : pageOf(session, word)}#code=${code}`, await forBrowsers(session.server)).href;
  print(address);
  note('it signs you in, once, within 10 minutes');
  if (open && process.stdout.isTTY) show(address);
}

/** No browser trusts the certificate that a server has made for itself; on this machine plain http, which it answers at the same port, is as good. */
async function forBrowsers(server: string): Promise<string> {
  const plain = server.replace(/^https:/, 'http:');
  if (plain === server || !isThisMachine(new URL(server).hostname)) return server;
  const answers = await fetch(new URL('/livez', plain), { signal: AbortSignal.timeout(answerWithinMs) }).then(({ ok }) => ok, () => false);
  return answers ? plain : server;
}

function pageOf({ namespace }: Session, word: string): string {
  const { kind, name } = readRef(word, 'service');
  if (kind.kind === 'Service') return `services/${namespace}/${name}`;
  if (kind.kind === 'Job') return `runs/${namespace}/${name}`;
  return kind.kind === 'Node' ? `nodes?node=${name}` : kind.plural;
}

/** A machine without a browser is no error: the address has been printed. */
function show(address: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(opener, [address], { stdio: 'ignore', detached: true }).on('error', () => undefined).unref();
}
