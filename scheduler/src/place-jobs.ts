import type { Job, Service } from '@spawnit/contract';
import { keyOf, type Clock, type Log, type ReconcileResult } from '@spawnit/controller';
import { assignOps, waitOps } from './assign.js';
import { Cluster, type Snapshot } from './cluster.js';
import type { Committer, Outcome } from './committer.js';
import { drainStep } from './drain.js';
import { engineLostOps } from './engine-lost.js';
import type { SchedulerMetrics } from './metrics.js';
import type { Op } from './ops.js';
import { pendingJobs } from './pending.js';
import { place, type Placement } from './place.js';

export interface PlacementParts {
  committer: Committer;
  snapshot: () => Snapshot;
  log: Log;
  clock: Clock;
  /** ISO 8601, for display. */
  wall: () => string;
  metrics: SchedulerMetrics;
}

const retryMs = 3_000;
const soonMs = 100;
/** Commits sent at once; the apiserver appends those that meet in one go. */
const placedAtOnce = 64;
/** Between two rewrites of a waiting job's message when only its numbers changed. */
const rewordMs = 5_000;

/** One pass over everything that waits for a place, and over everything that has to leave its own. */
export function jobPlacement({ committer, snapshot, log, clock, wall, metrics }: PlacementParts): () => Promise<ReconcileResult> {
  let worded = new Map<string, { wait: string; atMs: number }>();

  return async () => {
    const now = snapshot();
    const cluster = new Cluster(now);
    const waiting = pendingJobs(now.jobs, cluster);
    const sent: Promise<Outcome>[] = [];
    const stillWorded: typeof worded = new Map();
    let left = 0;
    for (const { job, service } of waiting) {
      if (sent.length >= placedAtOnce) break;
      const placement = place({ job: job.spec, service, template: cluster.template(service.spec.template) }, cluster);
      if ('node' in placement) sent.push(assign(job, service, placement, cluster));
      else {
        left += 1;
        const ops = reworded(job, service, placement, stillWorded);
        if (ops.length > 0) sent.push(committer.commit(ops, { job: keyOf(job) }));
      }
    }
    worded = stillWorded;
    metrics.waiting(left);
    for (const ops of leaving(now, cluster)) sent.push(committer.commit(ops, { commit: 'leaving' }));
    return { requeueAfterMs: soonest(await settled(sent), waiting.length > left) };
  };

  async function assign(job: Job, service: Service, to: Extract<Placement, { node: string }>, cluster: Cluster): Promise<Outcome> {
    const { ops, service: placed } = assignOps(job, service, to, wall());
    cluster.assign(placed, to.node);
    const outcome = await committer.commit(ops, { job: keyOf(job), node: to.node });
    if (outcome !== 'done') return outcome;
    metrics.placed();
    log.info({ job: keyOf(job), node: to.node, epoch: placed.status?.epoch }, 'placed');
    return 'done';
  }

  function reworded(job: Job, service: Service, placement: Extract<Placement, { wait: string }>, still: typeof worded): Op[] {
    const before = worded.get(keyOf(job));
    const soon = before?.wait === placement.wait && clock.now() - before.atMs < rewordMs;
    const ops = soon ? [] : waitOps(job, service, placement, wall());
    still.set(keyOf(job), before && ops.length === 0 ? before : { wait: placement.wait, atMs: clock.now() });
    return ops;
  }

  function leaving(now: Snapshot, cluster: Cluster): Op[][] {
    return [...engineLostOps(now.services, cluster, wall()).map((op) => [op]), ...drainStep(now, cluster, wall())];
  }
}

/** All are waited for; then the first that could not be sent at all ends the pass, to be retried with back-off. */
async function settled(sent: Promise<Outcome>[]): Promise<Outcome[]> {
  const results = await Promise.allSettled(sent);
  const failed = results.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((each) => (each as PromiseFulfilledResult<Outcome>).value);
}

function soonest(outcomes: Outcome[], more: boolean): number {
  return outcomes.includes('conflict') || (more && outcomes.length >= placedAtOnce) ? soonMs : retryMs;
}
