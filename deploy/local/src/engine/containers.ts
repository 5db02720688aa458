import { askEngine } from './ask.js';

/** Whose containers are meant: of a name in a namespace, or of one service for all time. */
export type Owner = { namespace: string; service: string } | { uid: string };

/** Removes what a service has on an engine by force, as an accident would, behind the control plane's back. Gives the names of the containers. */
export async function removeContainers(host: string, owner: Owner): Promise<string[]> {
  const label = Object.entries(owner).map(([key, value]) => `spawnit.dev/${key}=${value}`);
  const found = JSON.parse(await ask(host, 'GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label }))}`)) as { Id: string; Names: string[] }[];
  for (const { Id } of found) await ask(host, 'DELETE', `/containers/${Id}?force=1`);
  return found.map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ''));
}

async function ask(host: string, method: string, path: string): Promise<string> {
  const { status, text } = await askEngine(host, method, path, 30_000).catch((error: Error) => {
    throw new Error(`the engine at ${host} gave no answer: ${error.message}`, { cause: error });
  });
  if (status >= 300) throw new Error(`the engine at ${host} says ${status}: ${text.trim()}`);
  return text;
}
