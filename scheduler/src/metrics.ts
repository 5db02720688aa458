import { Counter, Gauge, type Registry } from 'prom-client';

export interface SchedulerMetrics {
  placed(): void;
  waiting(jobs: number): void;
  nodeLost(): void;
}

export function schedulerMetrics(registry: Registry): SchedulerMetrics {
  const placed = new Counter({ name: 'spawnit_scheduler_placed_total', help: 'Jobs given to a node', registers: [registry] });
  const waiting = new Gauge({ name: 'spawnit_scheduler_waiting_jobs', help: 'Jobs that no node can take now', registers: [registry] });
  const lost = new Counter({ name: 'spawnit_scheduler_nodes_lost_total', help: 'Nodes that fell silent', registers: [registry] });
  return { placed: () => placed.inc(), waiting: (jobs) => waiting.set(jobs), nodeLost: () => lost.inc() };
}
