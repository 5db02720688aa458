import { Client, type Identity } from '@spawnit/contract';
import { Leadership, runController, type LoopMetrics, type Started } from '@spawnit/controller';
import { runDriftController } from '@spawnit/drift-controller/dist/src/drift-controller.js';
import { makeCaches, sourcesOf } from '@spawnit/reconciler/dist/src/caches.js';
import { makeReconcile } from '@spawnit/reconciler/dist/src/reconcile.js';
import { runScheduler } from '@spawnit/scheduler/dist/src/scheduler.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';
import { tokenFor } from './apiserver.js';

export function clientFor(world: World, process: SimulatedProcess, identity: Identity): Client {
  return new Client({ server: 'http://server', token: tokenFor(identity), request: world.network.from(process) });
}

const nothing: LoopMetrics = { reconciled: () => undefined, watch: () => undefined };

/** What each controller's main.ts is given by `startController`. */
function started(world: World, process: SimulatedProcess, identity: Identity): Started {
  // Nobody reads what is counted here.
  const registry = { registerMetric: () => undefined } as unknown as Started['registry'];
  const plain = clientFor(world, process, identity);
  const leadership = new Leadership({ name: identity.role, holder: process.name, session: crypto.randomUUID(), client: plain, log: world.log });
  const client = new Client({ ...plain.transport.options, fence: leadership.fence });
  return { client, log: world.log, signal: new AbortController().signal, metrics: nothing, registry, leadership };
}

export function runReconciler(world: World, process: SimulatedProcess): Promise<void> {
  const { client, log, signal, metrics, leadership } = started(world, process, { role: 'reconciler', name: 'reconciler' });
  const caches = makeCaches(client, {});
  const reconcile = makeReconcile({ client, caches, log });
  return runController({ name: 'reconciler', sources: sourcesOf(caches), reconcile, log, signal, metrics, workers: 8, leadership });
}

export function runSchedulerProgram(world: World, process: SimulatedProcess): Promise<void> {
  return runScheduler(started(world, process, { role: 'scheduler', name: 'scheduler' }));
}

export function runDriftProgram(world: World, process: SimulatedProcess): Promise<void> {
  // The simulated engines tell no events, so nothing is suspected.
  const hearNothing = () => Promise.resolve();
  return runDriftController(started(world, process, { role: 'drift-controller', name: 'drift-controller' }), { hear: hearNothing });
}
