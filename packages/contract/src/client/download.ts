import { request } from 'undici';
import { dispatcherOf } from './dispatcher.js';

export interface Downloaded {
  status: number;
  text: string;
}

const mostRedirects = 10;

/** What is at an address of any server. Throws when there was no answer; each redirect takes the proxy that is meant for where it leads. */
export async function download(address: string, { signal, proxyFor }: { signal: AbortSignal; proxyFor(address: string): string | undefined }): Promise<Downloaded> {
  for (let at = address, redirects = 0; ; redirects++) {
    if (redirects > mostRedirects) throw new Error(`more than ${mostRedirects} redirects`);
    const dispatcher = dispatcherOf({ server: at, proxy: proxyFor(at) });
    try {
      const { statusCode: status, headers, body } = await request(at, { dispatcher, signal });
      if (status < 300 || status >= 400 || typeof headers.location !== 'string') return { status, text: await body.text() };
      await body.dump();
      at = new URL(headers.location, at).href;
    } finally {
      await dispatcher.destroy();
    }
  }
}
