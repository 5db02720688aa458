import type { Job, Service } from '@spawnit/contract';
import { keyOf, type Clock, type Log, type ReconcileResult } from '@spawnit/controller';
import { assignOps, waitOps } from './assign.js';
import { Cluster, type Snapshot } from './cluster.js';
import type { Committer, Outcome } from './committer.js';
import { concernsDrain, drainStep } from './drain.js';
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
const sentAtOnce = 64;
/** Between two rewrites of a waiting job's message when only its numbers changed. */
const rewordMs = 5_000;

type Place = Extract<Placement, { node: string }>;
type Wait = Extract<Placement, { wait: string }>;

/** Places what waits for a place, and marks what has to leave its own. */
export class JobPlacement {
  /** What was last said of each waiting job, and when. */
  private readonly worded = new Map<string, { wait: string; atMs: number }>();

  constructor(private readonly parts: PlacementParts) {}

  /** One pass over everything there is. */
  async pass(): Promise<ReconcileResult> {
    const snapshot = this.parts.snapshot();
    const cluster = mayConcern(snapshot) ? new Cluster(snapshot) : undefined;
    const sent = engineLostOps(snapshot.services, snapshot.nodes, this.parts.wall()).map((ops) => this.send(ops));
    const more = cluster ? this.placeAll(snapshot, cluster, sent) : false;
    for (const ops of cluster ? drainStep(snapshot, cluster, this.parts.wall()) : []) sent.push(this.send(ops));
    const outcomes = await settled(sent);
    return { requeueAfterMs: more || outcomes.includes('conflict') ? soonMs : retryMs };
  }

  /** Gives whether there are more than fit into one pass. */
  private placeAll({ jobs }: Snapshot, cluster: Cluster, sent: Promise<Outcome>[]): boolean {
    const pending = pendingJobs(jobs, cluster);
    const keys = new Set(pending.map(({ job }) => keyOf(job)));
    for (const key of this.worded.keys()) if (!keys.has(key)) this.worded.delete(key);
    let waiting = 0;
    for (const { job, service } of pending) {
      if (sent.length >= sentAtOnce) return true;
      const placement = place({ job: job.spec, service, template: cluster.template(service.spec.template) }, cluster);
      if ('node' in placement) sent.push(this.assign(job, service, placement, cluster));
      else {
        waiting += 1;
        sent.push(...this.word(job, service, placement));
      }
    }
    this.parts.metrics.waiting(waiting);
    return false;
  }

  private async assign(job: Job, service: Service, to: Place, cluster: Cluster): Promise<Outcome> {
    const { log, metrics, wall } = this.parts;
    const { ops, service: placed } = assignOps(job, service, to, wall());
    cluster.assign(placed, to.node);
    const outcome = await this.send(ops, job);
    if (outcome !== 'done') return outcome;
    metrics.placed();
    log.info({ job: keyOf(job), node: to.node, epoch: placed.status?.epoch }, 'placed');
    return 'done';
  }

  /** Another reason is said at once, other numbers only now and then. */
  private word(job: Job, service: Service, { wait, message }: Wait): Promise<Outcome>[] {
    const nowMs = this.parts.clock.now();
    const before = this.worded.get(keyOf(job));
    if (before?.wait === wait && nowMs - before.atMs < rewordMs) return [];
    const ops = waitOps(job, service, { wait, message }, this.parts.wall());
    if (ops.length === 0) return [];
    this.worded.set(keyOf(job), { wait, atMs: nowMs });
    const said = this.send(ops, job).then((outcome) => {
      if (outcome !== 'done') this.worded.delete(keyOf(job));
      return outcome;
    });
    return [said];
  }

  private send(ops: Op[], job?: Job): Promise<Outcome> {
    return this.parts.committer.commit(ops, job ? { job: keyOf(job) } : { object: ops[0]?.object.metadata.name });
  }
}

/** Most passes are woken by changes that call for nothing. */
function mayConcern({ jobs, nodes }: Snapshot): boolean {
  return nodes.some(concernsDrain) || jobs.some((job) => (job.status?.phase ?? 'Pending') === 'Pending');
}

/** All are waited for; then the first that could not be sent at all ends the pass, to be retried with back-off. */
async function settled(sent: Promise<Outcome>[]): Promise<Outcome[]> {
  const results = await Promise.allSettled(sent);
  const failed = results.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return results.map((each) => (each as PromiseFulfilledResult<Outcome>).value);
}
