import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { ClientOptions } from './transport.js';

export const usualTimeoutMs = 30_000;

/** What carries the requests: the bounds of time, the certificates that are trusted, and the proxy on the way. */
export function dispatcherOf({ ca, proxy, timeoutMs: headersTimeout = usualTimeoutMs }: ClientOptions): Dispatcher {
  const bounds = { headersTimeout, bodyTimeout: 0, keepAliveTimeout: 30_000 };
  const tls = ca === undefined ? undefined : { ca };
  if (proxy === undefined) return new Agent({ ...bounds, ...(tls && { connect: tls }) });
  return new ProxyAgent({ ...bounds, uri: proxy, proxyTunnel: false, ...(tls && { requestTls: tls }) });
}
