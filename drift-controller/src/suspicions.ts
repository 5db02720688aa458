import { agentPaths, keepTrying, liveLines, Suspicions, type Client } from '@spawnit/contract';
import type { Log } from '@spawnit/controller';

/** Hears what agents suspect, until the signal. What is missed meanwhile is found when it is due. */
export async function followSuspicions(client: Client, log: Log, signal: AbortSignal, suspect: (uids: string[]) => void): Promise<void> {
  const hear = async (works: () => void) => {
    for await (const line of liveLines(client.transport, agentPaths.allSuspicions, signal)) {
      works();
      const suspicions = Suspicions.safeParse(line);
      if (suspicions.success) suspect(suspicions.data.services.map(({ uid }) => uid));
    }
  };
  await keepTrying(signal, hear, (error) => log.debug({ err: error }, 'the stream of suspicions broke; checks come when they are due'));
}
