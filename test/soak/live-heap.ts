import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { WebSocket, type MessageEvent } from 'undici';

/** By which a program opens its inspector on a port of its own and says so in its log. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** What a program holds on to, in MB, right after its garbage was collected: what it takes from the system says nothing, as V8 gives back late. Undefined when it can't be asked. */
export async function liveHeapMb(logFile: string): Promise<number | undefined> {
  const address = [...readFileSync(logFile, 'utf8').matchAll(/Debugger listening on (ws:\S+)/g)].at(-1)?.[1];
  if (address === undefined) return undefined;
  const socket = new WebSocket(address);
  try {
    await once(socket, 'open');
    await ask(socket, 1, 'HeapProfiler.collectGarbage');
    const { usedSize } = (await ask(socket, 2, 'Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize / 2 ** 20;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

async function ask(socket: WebSocket, id: number, method: string): Promise<unknown> {
  socket.send(JSON.stringify({ id, method }));
  for (;;) {
    const [event] = (await once(socket, 'message')) as [MessageEvent<string>];
    const answer = JSON.parse(event.data) as { id?: number; result?: unknown };
    if (answer.id === id) return answer.result;
  }
}
