import { note, print } from '../output/streams.js';
import type { Session } from '../session.js';

/** Prints the token alone, so that it can be taken into a file; what it is for goes to stderr. */
export async function createToken({ client }: Session, name: string, { namespaces, days }: { namespaces: string[]; days: number }): Promise<void> {
  const made = await client.createToken({ name, namespaces, days });
  note(`${made.name} may do all in ${made.namespaces.join(', ')}, and read templates and modules, until ${made.expires}; it is not taken back before but by another root key`);
  print(made.token);
}
