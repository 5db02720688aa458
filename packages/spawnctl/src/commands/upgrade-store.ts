import { adminPaths } from '@spawnit/contract';
import { print } from '../output/streams.js';
import type { Session } from '../session.js';

/** Ends a rolling upgrade. */
export async function upgradeStore({ client }: Session): Promise<void> {
  const before = await client.transport.json<{ format: number }>({ path: adminPaths.format });
  const { format } = await client.transport.json<{ format: number }>({ method: 'POST', path: adminPaths.format, body: {} });
  print(before.format === format ? `the store is written in format ${format} already` : `the store is written in format ${format} from now on (before: ${before.format})`);
}
