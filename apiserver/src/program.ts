import { errorText } from '@spawnit/contract';
import { preventCoreDumps } from '@spawnit/controller';
import pino from 'pino';
import { readConfig } from './config.js';
import { start } from './start.js';

// Records, logs and keys are this user's alone, whatever the data folder's own mode.
process.umask(0o077);
preventCoreDumps();
const config = readConfig();
const log = pino({ level: config.logLevel, base: { program: 'apiserver' } });

function die(error: unknown): never {
  log.fatal({ err: error }, errorText(error));
  process.exit(1);
}

const server = await start(config, log, die).catch(die);
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    server.stop().then(() => process.exit(0), die);
  });
}
