import type { Session } from '../session.js';

export async function showVersion(own: string, session: Session | undefined): Promise<void> {
  process.stdout.write(`spawnctl ${own}\n`);
  if (!session) return;
  const server = await session.client.transport.json<{ gitVersion: string }>({ path: '/version' });
  session.print(`server   ${server.gitVersion}`);
}
