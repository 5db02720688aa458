import type { Command } from 'commander';
import type { GlobalFlags, Session } from '../session.js';

/** The session of a command: the server and the namespace that its options and the environment name. */
export async function open(command: Command): Promise<Session> {
  const { openSession } = await import('../session.js');
  return openSession(command.optsWithGlobals<GlobalFlags>());
}
