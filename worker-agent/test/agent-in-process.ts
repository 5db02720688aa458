import { pino } from 'pino';
import type { Teardown } from '@spawnit/testkit';
import { runAgent } from '../src/agent.js';
import type { AgentConfig } from '../src/config.js';

/** An agent within the test's own process, ended with the test. What it logs is kept. */
export function startAgent(t: Teardown, config: AgentConfig): { lines: string[]; stop(): Promise<void> } {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const stopping = new AbortController();
  const ended = runAgent(config, log, stopping.signal);
  ended.catch((error: unknown) => {
    lines.push(String(error));
    if (!stopping.signal.aborted) console.error(error); // The test will wait in vain: say why.
  });
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  t.teardown(() => stop().catch(() => undefined));
  return { lines, stop };
}
