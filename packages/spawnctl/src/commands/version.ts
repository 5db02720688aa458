import { CommandError, exits } from '../exit.js';
import { print } from '../output/streams.js';
import type { Session } from '../session.js';

/** The server's version too, when there is a session. */
export async function showVersion(own: string, format: string | undefined, session: Session | undefined): Promise<void> {
  if (format !== undefined && format !== 'json' && format !== 'yaml') throw new CommandError(exits.usage, `--output must be json or yaml (got ${format})`);
  if (format === undefined) print(`spawnctl ${own}`);
  const server = await session?.client.transport.json<{ gitVersion: string }>({ path: '/version' });
  if (format === undefined) return print(server ? `server   ${server.gitVersion}` : '');
  const versions = { clientVersion: { gitVersion: `v${own}` }, ...(server && { serverVersion: server }) };
  print(format === 'json' ? JSON.stringify(versions, null, 2) : (await import('yaml')).stringify(versions));
}
