import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { Client } from '@spawnit/contract';
import { pino, type Logger } from 'pino';
import type { Registry } from 'prom-client';
import { readControllerConfig, type ControllerConfig } from './config.js';
import { loopMetrics, processRegistry, serveMetrics, type LoopMetrics } from './metrics.js';

export interface Started {
  client: Client;
  log: Logger;
  /** Aborted by SIGTERM and SIGINT. */
  signal: AbortSignal;
  metrics: LoopMetrics;
  registry: Registry;
}

/** Time given to runs under way after a signal, in ms. */
const graceMs = 5_000;

/**
 * Everything a controller's main.ts does around its loop: configuration, logger, client, metrics, signals, exit code.
 * Exit 0 after a signal, 1 when `run` throws, 2 when the configuration is unusable.
 */
export async function startController(name: string, run: (started: Started) => Promise<void>): Promise<void> {
  const config = configOrExit(name);
  const log = pino({ name, level: config.logLevel });
  const stop = abortOnSignals(log);
  try {
    const client = await clientFor(config, name);
    const registry = processRegistry();
    const server = await metricsServer(config, registry);
    log.info({ server: config.server }, 'started');
    await run({ client, log, signal: stop.signal, metrics: loopMetrics(registry, name), registry });
    server?.close();
    server?.closeAllConnections();
    await client.close();
    process.exitCode = 0;
  } catch (err) {
    log.fatal({ err }, `${name} ends`);
    process.exit(1);
  }
}

function configOrExit(name: string): ControllerConfig {
  try {
    return readControllerConfig();
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

async function clientFor(config: ControllerConfig, name: string): Promise<Client> {
  const token = (await readFile(config.tokenFile, 'utf8')).trim();
  return new Client({ server: config.server, token, userAgent: `spawnit-${name}` });
}

async function metricsServer(config: ControllerConfig, registry: Registry): Promise<Server | undefined> {
  return config.metricsPort === undefined ? undefined : serveMetrics(registry, config.metricsPort);
}

function abortOnSignals(log: Logger): AbortController {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      log.info({ signal: name }, 'stopping');
      stop.abort();
      // What hangs must not hold the process; every write is all or nothing.
      setTimeout(() => process.exit(0), graceMs).unref();
    });
  }
  return stop;
}
