import { Client, type Service } from '@spawnit/contract';
import { Informer, runController, source, systemClock, type Source, type Started } from '@spawnit/controller';
import { DriftChecks } from './checks.js';
import { defaultBounds } from './decide.js';
import { driftMetrics } from './metrics.js';
import { capOf, defaultCaps, Rates, type Caps } from './rates.js';
import { verdictRecorder } from './record.js';
import { followSuspicions } from './suspicions.js';

/** One key: what is due hangs on all services at once. */
const key = 'due';
/** The apiserver answers a check within 60 s; only a server that is gone stays silent for longer. */
const answerMs = 75_000;

interface Ways {
  /** Brings what agents suspect. */
  hear?: typeof followSuspicions;
  caps?: Caps;
}

/** Runs until the signal; checks that are under way are then given up. */
export async function runDriftController({ client, log, signal, metrics, registry, leadership }: Started, { hear = followSuspicions, caps = defaultCaps }: Ways = {}): Promise<void> {
  const options = { onBreak: (error: unknown) => log.debug({ err: error }, 'a watch broke and is resumed') };
  const services = new Informer(client.services, options);
  const nodes = new Informer(client.nodes, options);
  const templates = new Informer(client.templates, options);
  const patient = new Client({ ...client.transport.options, timeoutMs: answerMs });
  const own = driftMetrics(registry);
  const wall = () => new Date().toISOString();
  const ends = endings();
  const cap = (service: Service) => capOf(templates.get(service.spec.template), caps);
  const checks = new DriftChecks({
    client: patient,
    situation: () => ({ services: services.list(), nodes: nodes.list() }),
    record: verdictRecorder({ client, seen: (name) => services.get(name), log, wall, metrics: own }),
    bounds: defaultBounds,
    rates: new Rates(cap),
    capOf: cap,
    log,
    clock: systemClock,
    metrics: own,
    signal,
    ended: ends.ended,
  });
  const hearing = hear(client, log, signal, (uids) => checks.suspect(uids));
  await runController({
    name: 'drift-controller',
    sources: [source(services, () => [key]), source(nodes, () => [key]), source(templates, () => [key]), ends.source],
    reconcile: () => Promise.resolve(checks.tick()),
    log,
    signal,
    metrics,
    workers: 1,
    leadership,
    range: { baseMs: 50, maxMs: 2_000 },
  });
  await hearing;
  await checks.idle();
  await patient.close();
}

/** The ends of checks, as a source beside the watches: each makes room for another. */
function endings(): { source: Source; ended: () => void } {
  const listeners = new Set<(key: string) => void>();
  return {
    ended: () => listeners.forEach((add) => add(key)),
    source: {
      run: () => Promise.resolve(),
      synced: Promise.resolve(),
      feed(add) {
        listeners.add(add);
        return () => listeners.delete(add);
      },
      all: () => [key],
    },
  };
}
