import { request } from 'node:http';

export interface Answer {
  status: number;
  text: string;
}

/** Asks a Docker engine at a unix:// or tcp:// address, and gives its answer, whatever that is. Throws when there is none. */
export function askEngine(host: string, method: string, path: string, timeoutMs: number): Promise<Answer> {
  const url = new URL(host);
  const where = url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || 2375 };
  return new Promise((resolve, reject) => {
    const asked = request({ ...where, method, path, timeout: timeoutMs }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (data: string) => (text += data)).on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode!, text }));
    });
    asked.on('timeout', () => asked.destroy(new Error(`it took longer than ${timeoutMs / 1_000} s`)));
    asked.on('error', reject).end();
  });
}
