import { request } from 'node:http';

interface Container {
  Id: string;
}

/** Removes the containers of a service as a careless person would: by hand, behind the control plane's back. Gives how many there were. */
export async function removeContainers(host: string, serviceUid: string): Promise<number> {
  const filters = JSON.stringify({ label: [`spawnit.dev/uid=${serviceUid}`] });
  const found = JSON.parse(await ask(host, 'GET', `/containers/json?all=1&filters=${encodeURIComponent(filters)}`)) as Container[];
  for (const { Id } of found) await ask(host, 'DELETE', `/containers/${Id}?force=1`);
  return found.length;
}

function ask(host: string, method: string, path: string): Promise<string> {
  const url = new URL(host);
  const where = url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || 2375 };
  return new Promise((resolve, reject) => {
    const sent = request({ ...where, method, path, headers: { host: 'engine' }, timeout: 20_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (data: string) => (text += data)).on('error', reject);
      answer.on('end', () => (answer.statusCode! < 300 ? resolve(text) : reject(new Error(`the engine answered ${answer.statusCode}: ${text.trim()}`))));
    });
    sent.on('timeout', () => sent.destroy(new Error('the engine took longer than 20 s')));
    sent.on('error', reject).end();
  });
}
