import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the loop reports of itself. */
export interface LoopMetrics {
  reconciled(outcome: 'ok' | 'conflict' | 'unreachable' | 'error' | 'terminal', ms: number): void;
  depth(keys: number): void;
}

export function loopMetrics(registry: Registry, controller: string): LoopMetrics {
  const total = new Counter({ name: 'spawnit_reconcile_total', help: 'Reconciles, by how they ended', labelNames: ['controller', 'outcome'], registers: [registry] });
  const seconds = new Histogram({ name: 'spawnit_reconcile_seconds', help: 'Duration of a reconcile', labelNames: ['controller'], buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60], registers: [registry] });
  const depth = new Gauge({ name: 'spawnit_queue_depth', help: 'Keys that wait for a worker', labelNames: ['controller'], registers: [registry] });
  return {
    reconciled(outcome, ms) {
      total.inc({ controller, outcome });
      seconds.observe({ controller }, ms / 1000);
    },
    depth: (keys) => depth.set({ controller }, keys),
  };
}

export function processRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Serves /metrics and /healthz on loopback. */
export function serveMetrics(registry: Registry, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return void response.end('ok\n');
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    void registry.metrics().then((text) => response.setHeader('content-type', registry.contentType).end(text));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
