import type { Client, Node } from '@spawnit/contract';
import type { Clock, Log, ReconcileResult } from '@spawnit/controller';
import { occupiesSlot } from './cluster.js';
import type { Committer, Outcome } from './committer.js';
import { backOps, lostCommits, type World } from './lost.js';
import type { SchedulerMetrics } from './metrics.js';
import { isLost, judgeGone, judgeNodes } from './silence.js';

export interface NodeWatchParts {
  client: Pick<Client, 'nodes'>;
  committer: Committer;
  world: () => World;
  log: Log;
  clock: Clock;
  /** ISO 8601, for display. */
  wall: () => string;
  metrics: SchedulerMetrics;
}

const pollMs = 1_000;
/** After a lost race, or when the apiserver has heard a node after all. */
const soonMs = 250;

/**
 * Looks at all nodes once a second, because heartbeats lie over answers and are in no watch: takes the work from silent
 * nodes, and calls those Ready that are (again) heard of. What an earlier, interrupted look left undone is done first.
 */
export class NodeWatch {
  private unheardSince: ReadonlyMap<string, number> = new Map();
  private goneSince: ReadonlyMap<string, number> = new Map();

  constructor(private readonly parts: NodeWatchParts) {}

  async pass(): Promise<ReconcileResult> {
    const { client, clock, world } = this.parts;
    const nodes = (await client.nodes.list()).items;
    const { lost, back, unheardSince } = judgeNodes(nodes, this.unheardSince, clock.now());
    const { gone, goneSince } = judgeGone(pointedTo(world()), nodes, this.goneSince, clock.now());
    Object.assign(this, { unheardSince, goneSince });
    const outcomes: Outcome[] = [];
    for (const node of lost) outcomes.push(await this.lose(node));
    for (const name of gone) outcomes.push(await this.takeWork({ gone: name }, name));
    for (const node of nodes.filter(isLost)) outcomes.push(await this.takeWork(node, node.metadata.name));
    for (const node of back) outcomes.push(await this.welcome(node));
    return { requeueAfterMs: outcomes.includes('conflict') ? soonMs : pollMs };
  }

  private async lose(node: Node): Promise<Outcome> {
    const outcome = await this.takeWork(node, node.metadata.name);
    if (outcome !== 'done') return outcome;
    this.parts.log.warn({ node: node.metadata.name }, 'node is silent: NotReady, and its work is taken from it');
    this.parts.metrics.nodeLost();
    return 'done';
  }

  /** In order, the node's own condition first: the later commits build on it. */
  private async takeWork(node: Node | { gone: string }, name: string): Promise<Outcome> {
    const { committer, world, wall } = this.parts;
    for (const ops of lostCommits(node, world(), wall())) {
      const outcome = await committer.commit(ops, { node: name });
      if (outcome !== 'done') return outcome;
    }
    return 'done';
  }

  private async welcome(node: Node): Promise<Outcome> {
    const { committer, world, wall, log } = this.parts;
    if (isLost(node) && lostCommits(node, world(), wall()).length > 0) return 'conflict';
    const outcome = await committer.commit(backOps(node, wall()), { node: node.metadata.name });
    if (outcome === 'done') log.info({ node: node.metadata.name }, 'node is ready');
    return outcome;
  }
}

function pointedTo({ services, jobs }: World): Set<string> {
  const fromJobs = (jobs.filter(occupiesSlot) as { status: { node: string } }[]).map((job) => job.status.node);
  const fromServices = services.flatMap((service) => service.status?.node ?? []);
  return new Set([...fromJobs, ...fromServices]);
}
