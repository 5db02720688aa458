import { CommandError, exits } from '../exit.js';
import type { Session } from '../session.js';

/** What the server answers at a path, as it is. */
export async function getRaw({ client }: Session, path: string): Promise<void> {
  if (!path.startsWith('/')) throw new CommandError(exits.usage, `--raw takes a path such as /apis (got ${path})`);
  const body = await client.transport.stream({ path, accept: '*/*' });
  for await (const chunk of body) process.stdout.write(chunk);
}
