import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { Client, type ClientOptions } from '@spawnit/contract';
import { pino, type Logger } from 'pino';
import type { Registry } from 'prom-client';
import { readControllerConfig, type ControllerConfig } from './config.js';
import { Leadership } from './leadership.js';
import { leaderMetrics, loopMetrics, processRegistry, serveMetrics, type LoopMetrics, type Readiness } from './metrics.js';

export interface Started {
  client: Client;
  log: Logger;
  /** Aborted by SIGTERM and SIGINT. */
  signal: AbortSignal;
  metrics: LoopMetrics;
  registry: Registry;
  /** To be handed to `runController`; the client writes only while this instance leads. */
  leadership?: Leadership;
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
    const registry = processRegistry();
    const options = await clientOptions(config, name);
    const plain = new Client(options);
    const leadership = config.leaderElection ? new Leadership({ name, holder: config.instance, session: randomUUID(), client: plain, log, onChange: leaderMetrics(registry, name) }) : undefined;
    const client = leadership ? new Client({ ...options, fence: leadership.fence }) : plain;
    const server = await metricsServer(config, registry, () => readiness(leadership));
    log.info({ server: config.server, instance: config.instance }, 'started');
    await run({ client, log, signal: stop.signal, metrics: loopMetrics(registry, name), registry, leadership });
    server?.close();
    server?.closeAllConnections();
    await Promise.all([client.close(), plain.close()]);
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

async function clientOptions(config: ControllerConfig, name: string): Promise<ClientOptions> {
  const token = (await readFile(config.tokenFile, 'utf8')).trim();
  return { server: config.server, token, userAgent: `spawnit-${name}` };
}

async function metricsServer(config: ControllerConfig, registry: Registry, ready: () => Readiness): Promise<Server | undefined> {
  return config.metricsPort === undefined ? undefined : serveMetrics(registry, config.metricsPort, ready);
}

/** Who stands by is as ready as who leads; who has heard of neither is not. */
function readiness(leadership: Leadership | undefined): Readiness {
  if (leadership === undefined) return { ready: true, text: 'leads alone' };
  const { epoch, holder } = leadership;
  if (epoch !== undefined) return { ready: true, text: `leads at epoch ${epoch}` };
  return holder === undefined ? { ready: false, text: 'has not heard of its lease yet' } : { ready: true, text: `stands by; ${holder} leads` };
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
