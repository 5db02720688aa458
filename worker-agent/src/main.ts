import { preventCoreDumps } from '@spawnit/controller';
import { pino } from 'pino';
import { runAgent } from './agent.js';
import { readConfig } from './config.js';

// Gates, workdirs and what tofu leaves in them are this user's alone.
process.umask(0o077);
preventCoreDumps();
const config = readConfig();
const log = pino({ level: config.logLevel, base: { program: 'worker-agent', node: config.node } });
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());

try {
  await runAgent(config, log, stop.signal);
  log.info('stopped');
} catch (error) {
  log.fatal({ err: error }, 'the agent could not go on');
  process.exitCode = 1;
}
