import type { Server } from 'node:http';
import { processRegistry, serveMetrics } from '@spawnit/controller';
import { Gauge, type Registry } from 'prom-client';
import type { Disk } from './disk/disk-watch.js';
import { mostChecksWaiting } from './drift/checks.js';
import type { AgentLoad } from './load.js';
import { defaultBounds } from './logs/shipper.js';

interface Told {
  load: AgentLoad;
  disk: Disk;
  slots: number;
  /** Whether the lease is held, for /readyz. */
  ready: () => boolean;
}

/** Serves /metrics, /healthz and /readyz on loopback. */
export function serveAgentMetrics(port: number, told: Told): Promise<Server> {
  return serveMetrics(agentRegistry(told), port, () => (told.ready() ? { ready: true, text: 'the lease is held' } : { ready: false, text: 'no lease: the apiserver does not acknowledge heartbeats' }));
}

function agentRegistry({ load, disk, slots }: Pick<Told, 'load' | 'disk' | 'slots'>): Registry {
  const registry = processRegistry();
  const gauge = (name: string, help: string, read: () => number) => new Gauge({ name, help, registers: [registry], collect() { this.set(read()); } }); // prettier-ignore
  gauge('spawnit_agent_jobs', 'Jobs that run now', () => load.jobs);
  gauge('spawnit_agent_jobs_max', 'Most jobs at once', () => slots);
  gauge('spawnit_agent_results_waiting', 'Results on disk that the server has not acknowledged', () => load.results);
  gauge('spawnit_agent_log_bytes', 'Bytes of logs in memory that the server has not acknowledged', () => load.logBytes);
  gauge('spawnit_agent_log_bytes_max', 'Most of them at once, with all slots in use', () => slots * (defaultBounds.heldBytes + defaultBounds.tailBytes));
  gauge('spawnit_agent_log_bytes_left_out', 'Bytes of logs that found no room since the start', () => load.logBytesLeftOut);
  gauge('spawnit_agent_checks_waiting', 'Drift checks that wait for a place', () => load.checksWaiting);
  gauge('spawnit_agent_checks_waiting_max', 'Most of them at once; more are refused', () => mostChecksWaiting);
  gauge('spawnit_agent_checks_running', 'Drift checks under way', () => load.checksRunning);
  gauge('spawnit_agent_checks_refused', 'Drift checks that found no place since the start', () => load.checksRefused);
  gauge('spawnit_agent_disk_used_ratio', 'Share of the disk of the data folder that is in use: caches go from 0.85 on, no new job begins from 0.95 on', () => disk.used);
  return registry;
}
