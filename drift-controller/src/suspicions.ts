import { setTimeout as delay } from 'node:timers/promises';
import { agentPaths, jsonLines, Suspicions, type Client } from '@spawnit/contract';
import type { Log } from '@spawnit/controller';

/** Keep-alive lines come every 5 s: a stream that has been silent for this long is dead. */
const silenceMs = 15_000;
const longestPauseMs = 5_000;

/** Hears what agents suspect, until the signal. What is missed meanwhile is found when it is due. */
export async function followSuspicions(client: Client, log: Log, signal: AbortSignal, suspect: (uids: string[]) => void): Promise<void> {
  for (let pauseMs = 200; !signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      for await (const line of streamOf(client, signal)) {
        pauseMs = 200;
        const suspicions = Suspicions.safeParse(line);
        if (suspicions.success) suspect(suspicions.data.services.map(({ uid }) => uid));
      }
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error }, 'the stream of suspicions broke; checks come when they are due');
    }
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function* streamOf(client: Client, signal: AbortSignal): AsyncGenerator<unknown> {
  const dead = new AbortController();
  const watchdog = setTimeout(() => dead.abort(), silenceMs);
  try {
    const body = await client.transport.stream({ path: agentPaths.allSuspicions, signal: AbortSignal.any([signal, dead.signal]) });
    for await (const line of jsonLines(body)) {
      watchdog.refresh();
      yield line;
    }
  } finally {
    clearTimeout(watchdog);
  }
}
