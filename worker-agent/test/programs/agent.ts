import { pino } from 'pino';
import { runAgent } from '../../src/agent.js';
import type { AgentConfig } from '../../src/config.js';

/** The agent as a process of its own, with a configuration that tests make: its argument, as JSON. */
const config = JSON.parse(process.argv[2]!) as AgentConfig;
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
await runAgent(config, pino({ level: 'debug' }), stop.signal);
