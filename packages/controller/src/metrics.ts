import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the loop reports of itself. */
export interface LoopMetrics {
  reconciled(outcome: 'ok' | 'conflict' | 'unreachable' | 'error' | 'terminal', ms: number): void;
  /** What there is to be read whenever the numbers are asked for; that of the newest term, of which a process may have many. */
  watch(read: () => LoopLoad): void;
}

/** What a loop holds at this moment. */
export interface LoopLoad {
  waiting: number;
  delayed: number;
  busy: number;
  /** Objects in each cache, by plural. */
  cached: Record<string, number>;
}

export function loopMetrics(registry: Registry, controller: string): LoopMetrics {
  const total = new Counter({ name: 'spawnit_reconcile_total', help: 'Reconciles, by how they ended', labelNames: ['controller', 'outcome'], registers: [registry] });
  const seconds = new Histogram({ name: 'spawnit_reconcile_seconds', help: 'Duration of a reconcile', labelNames: ['controller'], buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60], registers: [registry] });
  let load: (() => LoopLoad) | undefined;
  showLoad(registry, controller, () => load?.());
  return {
    reconciled(outcome, ms) {
      total.inc({ controller, outcome });
      seconds.observe({ controller }, ms / 1000);
    },
    watch: (read) => void (load = read),
  };
}

function showLoad(registry: Registry, controller: string, read: () => LoopLoad | undefined): void {
  const gauge = (name: string, help: string, of: (load: LoopLoad) => number) =>
    new Gauge({ name, help, labelNames: ['controller'], registers: [registry], collect() { const load = read(); if (load) this.set({ controller }, of(load)); } }); // prettier-ignore
  gauge('spawnit_queue_depth', 'Keys that wait for a worker; each key at most once', ({ waiting }) => waiting);
  gauge('spawnit_queue_delayed', 'Keys that wait for their back-off or their time', ({ delayed }) => delayed);
  gauge('spawnit_queue_busy', 'Keys being worked on', ({ busy }) => busy);
  const labelNames = ['controller', 'kind'];
  new Gauge({ name: 'spawnit_cache_objects', help: 'Objects in the cache of a kind', labelNames, registers: [registry], collect() { for (const [kind, n] of Object.entries(read()?.cached ?? {})) this.set({ controller, kind }, n); } }); // prettier-ignore
}

/** Tells of each change of leadership. */
export function leaderMetrics(registry: Registry, controller: string): (epoch: number | undefined) => void {
  const leader = new Gauge({ name: 'spawnit_leader', help: '1 while this instance leads', labelNames: ['controller'], registers: [registry] });
  const epochs = new Gauge({ name: 'spawnit_leader_epoch', help: 'The epoch that this instance leads or led last', labelNames: ['controller'], registers: [registry] });
  const total = new Counter({ name: 'spawnit_leader_transitions_total', help: 'How often this instance began or ceased to lead', labelNames: ['controller'], registers: [registry] });
  leader.set({ controller }, 0);
  return (epoch) => {
    leader.set({ controller }, epoch === undefined ? 0 : 1);
    if (epoch !== undefined) epochs.set({ controller }, epoch);
    total.inc({ controller });
  };
}

export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

export interface Readiness {
  ready: boolean;
  /** A line for people. */
  text: string;
}

/** Serves /metrics, /healthz and /readyz on loopback. */
export function serveMetrics(registry: Registry, port: number, readiness: () => Readiness): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return void response.end('ok\n');
    if (request.url === '/readyz') {
      const { ready, text } = readiness();
      return void response.writeHead(ready ? 200 : 503).end(`${text}\n`);
    }
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    void registry.metrics().then((text) => response.setHeader('content-type', registry.contentType).end(text));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
