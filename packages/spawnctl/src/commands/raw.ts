import { CommandError, exits } from '../exit.js';
import type { Session } from '../session.js';

/** What the server answers at a path, as it is. */
export async function getRaw({ client, server }: Session, path: string): Promise<void> {
  if (!path.startsWith('/')) throw new CommandError(exits.usage, `--raw takes a path such as /apis (got ${path})`);
  // A path such as //host/apis names another server: the token is for this one.
  if (!URL.canParse(path, server) || new URL(path, server).origin !== new URL(server).origin) throw new CommandError(exits.usage, `--raw takes a path of the server itself; ${path} leads away from it`);
  const body = await client.transport.stream({ path, accept: '*/*' });
  for await (const chunk of body) process.stdout.write(chunk);
}
