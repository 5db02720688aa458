import { request } from 'node:http';

/** Removes what a service has on an engine by force, as an accident would. Gives the names of the containers. */
export async function removeContainers(host: string, namespace: string, service: string): Promise<string[]> {
  const filters = JSON.stringify({ label: [`spawnit.dev/namespace=${namespace}`, `spawnit.dev/service=${service}`] });
  const found = JSON.parse(await ask(host, 'GET', `/containers/json?all=1&filters=${encodeURIComponent(filters)}`)) as { Id: string; Names: string[] }[];
  for (const { Id } of found) await ask(host, 'DELETE', `/containers/${Id}?force=1`);
  return found.map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ''));
}

function ask(host: string, method: string, path: string): Promise<string> {
  const url = new URL(host);
  const where = url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || 2375 };
  return new Promise((resolve, reject) => {
    const asked = request({ ...where, method, path, timeout: 30_000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (data) => (text += data)).on('error', reject);
      answer.on('end', () => ((answer.statusCode ?? 500) < 400 ? resolve(text) : reject(new Error(`the engine at ${host} says ${answer.statusCode}: ${text.trim()}`))));
    });
    asked.on('timeout', () => asked.destroy(new Error(`the engine at ${host} gave no answer`)));
    asked.on('error', reject).end();
  });
}
