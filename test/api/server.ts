import { helloImage } from '@spawnit/local';
import { startApiserver, type Apiserver, type TokenName, type Teardown } from '@spawnit/testkit';
import { request } from 'node:http';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body read as JSON; undefined when it is none. */
  json: { kind?: string; reason?: string; message?: string; details?: { causes?: { field?: string; message: string }[]; retryAfterSeconds?: number }; [key: string]: unknown } | undefined;
}

export interface Sending {
  body?: string | Buffer;
  type?: string;
  headers?: Record<string, string>;
  /** By name of a component, or a token as it is; null: none. */
  as?: TokenName | { token: string } | null;
}

export interface Server {
  api: Apiserver;
  /** Sends the path byte by byte as it is given: fetch would tidy up what a test of paths is about. */
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
}

export const services = '/apis/spawnit.dev/v1/namespaces/default/services';

/** A real apiserver process with the catalogue that it comes with, its records in files. */
export async function startServer(t: Teardown): Promise<Server> {
  const api = await startApiserver(t, { store: 'files' });
  return { api, send: (method, path, sending = {}) => send(api, method, path, sending) };
}

/** The body of a web server of the catalogue, as JSON; `change` is laid over its parts. */
export function webServer(name: unknown, change: { metadata?: object; spec?: object; parameters?: object; top?: object } = {}): string {
  const parameters = { image: helloImage, port: 18080, ...change.parameters };
  return JSON.stringify({
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', ...change.metadata },
    spec: { template: 'web-server', suspend: true, parameters, ...change.spec },
    ...change.top,
  });
}

function send(api: Apiserver, method: string, path: string, { body, type = 'application/json', headers = {}, as = 'admin' }: Sending): Promise<Answer> {
  const { hostname, port } = new URL(api.url);
  const token = as === null ? undefined : typeof as === 'string' ? api.token(as) : as.token;
  const all = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(body !== undefined && { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }), ...headers };
  return new Promise((resolve, reject) => {
    let answered = false;
    const outgoing = request({ hostname, port, method, path, headers: all, agent: false }, (answer) => {
      answered = true;
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('close', () => resolve({ status: answer.statusCode!, headers: answer.headers, json: parse(text) }));
    });
    // A refusal may come before all of a large body was sent; the answer counts.
    outgoing.on('error', (error: NodeJS.ErrnoException) => answered && (error.code === 'EPIPE' || error.code === 'ECONNRESET') ? undefined : reject(error));
    outgoing.end(body);
  });
}

function parse(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return undefined;
  }
}
