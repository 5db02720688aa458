import { Informer, runController, source, systemClock, type Started } from '@spawnit/controller';
import type { Resource } from '@spawnit/contract';
import { Committer } from './committer.js';
import { schedulerMetrics } from './metrics.js';
import { JobPlacement } from './place-jobs.js';
import { NodeWatch } from './watch-nodes.js';

/** Two keys: every change concerns the whole cluster, and looking at nodes must not wait for placements. */
const nodesKey = 'nodes';
const placementsKey = 'placements';

/** Runs until the signal; see runController for how failures are retried. */
export async function runScheduler({ client, log, signal, metrics, registry, leadership }: Started): Promise<void> {
  const options = { onBreak: (error: unknown) => log.debug({ err: error }, 'a watch broke and is resumed') };
  const nodes = new Informer(client.nodes, options);
  const services = new Informer(client.services, options);
  const jobs = new Informer(client.jobs, options);
  const templates = new Informer(client.templates, options);
  const own = schedulerMetrics(registry);
  const passesOfTerm = () => {
    const committer = new Committer(client, log);
    const world = () => ({ services: committer.services.over(services.list()), jobs: committer.jobs.over(jobs.list()) });
    const snapshot = () => ({ ...world(), nodes: committer.nodes.over(nodes.list()), templates: templates.list() });
    const parts = { client, committer, world, snapshot, log, clock: systemClock, wall: () => new Date().toISOString(), metrics: own };
    return new Map<string, NodeWatch | JobPlacement>([
      [nodesKey, new NodeWatch(parts)],
      [placementsKey, new JobPlacement(parts)],
    ]);
  };
  let passes = passesOfTerm();
  const concerning = <R extends Resource>(informer: Informer<R>, ...keys: string[]) => source(informer, () => keys);

  await runController({
    name: 'scheduler',
    sources: [concerning(nodes, nodesKey, placementsKey), concerning(services, placementsKey), concerning(jobs, placementsKey), concerning(templates, placementsKey)],
    reconcile: (key) => passes.get(key)!.pass(),
    // How long a node was silent or gone is counted anew: another may have led meanwhile, and seen it come and go.
    onLead: () => (passes = passesOfTerm()),
    leadership,
    log,
    signal,
    metrics,
    workers: 2,
    // Nothing here gets better by waiting long: the whole cluster hangs on these two keys.
    range: { baseMs: 50, maxMs: 2_000 },
    resyncMs: 30_000,
  });
}
