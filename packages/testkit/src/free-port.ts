import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the range from which Linux takes ports for outgoing connections: those of other tests can't take it in between. */
const [lowest, highest] = [12_000, 32_000];

/**
 * A loopback TCP port that nothing listened on a moment ago. Another process
 * may take it in between, so callers that can should listen on 0 themselves.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '0.0.0.0');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
