import { download as read } from '@spawnit/contract';
import { STATUS_CODES } from 'node:http';
import { readSettings } from '../config.js';
import { CommandError, exits } from '../exit.js';
import { proxyFor } from '../proxy.js';

const answerWithinMs = 30_000;

/** The text at an address, by the proxies that requests to the server take. Throws with the address and why not. */
export async function download(address: string): Promise<string> {
  const { proxies } = readSettings();
  const signal = AbortSignal.timeout(answerWithinMs);
  const { status, text } = await read(address, { signal, proxyFor: (each) => proxyFor(each, proxies) }).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof CommandError) throw error;
    const why = signal.aborted ? `no answer within ${answerWithinMs / 1000} s` : error.message || error.code;
    throw new CommandError(exits.unreachable, `${address}${throughProxy(proxyFor(address, proxies))}: ${why}`);
  });
  if (status >= 300) throw new CommandError(status === 404 ? exits.notFound : exits.failed, `${address}: HTTP ${status} ${STATUS_CODES[status] ?? ''}`);
  return text;
}

/** Without the password that may stand in its address. */
function throughProxy(proxy: string | undefined): string {
  return proxy === undefined ? '' : ` (through the proxy ${new URL(proxy).protocol}//${new URL(proxy).host})`;
}
