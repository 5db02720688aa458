import { ApiError, type Client, type Node, type Service } from '@spawnit/contract';
import { keyOf, type Clock, type Log, type ReconcileResult } from '@spawnit/controller';
import { decide, noNode, uidOf, type Bounds } from './decide.js';
import { dueAfter, intervalMs } from './interval.js';
import type { DriftMetrics } from './metrics.js';
import { afterSkips, nodeUnreachable, outcomeOf, outcomeOfError, type Outcome } from './outcome.js';
import { paced, type Pace } from './pace.js';
import type { Cap, Rates } from './rates.js';
import type { verdictRecorder } from './record.js';
import { unknownsUntilTold } from './verdict.js';

export interface CheckParts {
  client: Pick<Client, 'check'>;
  situation: () => { services: Service[]; nodes: Node[] };
  record: ReturnType<typeof verdictRecorder>;
  bounds: Bounds;
  rates?: Rates;
  capOf?: (service: Service) => Cap | undefined;
  log: Log;
  clock: Clock;
  metrics: DriftMetrics;
  signal: AbortSignal;
  /** Called when there is something to decide: room for another check, or a reason for one. */
  ended: () => void;
}

/** One that does not lead decides nothing, and forgets none of them. */
const mostEarly = 10_000;

/** The beat of the drift controller. No error of one service stops it: it is logged, and the service comes again when it is due. */
export class DriftChecks {
  /** Uid → node. */
  private readonly inFlight = new Map<string, string>();
  private readonly running = new Map<string, Promise<void>>();
  /** Checks in a row that came to nothing. */
  private readonly unknowns = new Map<string, number>();
  /** Checks in a row that were not made. */
  private readonly skips = new Map<string, number>();
  private due = new Map<string, number>();
  private readonly paces = new Map<string, Pace>();
  private readonly begunWith = new Map<string, number>();
  /** Suspected while they were being checked: that check may have looked too early. */
  private readonly again = new Set<string>();
  /** Suspected while they were not checked at all, as a job is over for its agent before it is for us: due once they are. */
  private readonly early = new Set<string>();

  constructor(private readonly parts: CheckParts) {}

  /** Begins what is due. Returns at once; checks go on beside each other. */
  tick(): ReconcileResult {
    const { situation, clock, bounds, rates } = this.parts;
    const nowMs = clock.now();
    const world = situation();
    for (const uid of this.early) this.due.set(uid, nowMs);
    const decision = decide({ ...world, inFlight: this.inFlight, due: this.due, begunWith: this.begunWith, nowMs, bounds, rates });
    this.due = decision.due;
    this.keepEarly(world.services);
    for (const known of [this.unknowns, this.skips, this.paces, this.begunWith]) for (const uid of known.keys()) if (!this.due.has(uid)) known.delete(uid);
    for (const service of decision.start) this.begin(service, service.status!.node!, nowMs, () => this.ask(service));
    for (const service of decision.unreachable) this.begin(service, noNode, nowMs, () => Promise.resolve(nodeUnreachable(service.status!.node!)));
    return decision.nextMs === undefined ? {} : { requeueAfterMs: decision.nextMs - nowMs };
  }

  /** Has services checked at once, those under way once more, those that are not checked just now as soon as they are. */
  suspect(uids: string[]): void {
    const { clock, metrics, ended } = this.parts;
    for (const uid of uids) {
      metrics.suspected();
      if (this.inFlight.has(uid)) this.again.add(uid);
      else if (this.due.has(uid)) this.due.set(uid, clock.now());
      else if (this.early.size < mostEarly) this.early.add(uid);
    }
    ended();
  }

  private keepEarly(services: Service[]): void {
    if (this.early.size === 0) return;
    const known = new Set(services.map(uidOf));
    for (const uid of this.early) if (this.due.has(uid) || !known.has(uid)) this.early.delete(uid);
  }

  /** Settles when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private begin(service: Service, where: string, nowMs: number, look: () => Promise<Outcome>): void {
    const uid = uidOf(service);
    this.parts.metrics.began((nowMs - this.due.get(uid)!) / 1_000);
    this.due.set(uid, dueAfter(service, nowMs, 0));
    this.paces.set(uid, paced(this.paces.get(uid), nowMs, intervalMs(service)));
    this.begunWith.set(uid, service.metadata.generation ?? 1);
    this.inFlight.set(uid, where);
    this.parts.metrics.inFlight(this.inFlight.size);
    this.running.set(uid, this.follow(service, nowMs, look()));
  }

  private async follow(service: Service, startedMs: number, outcome: Promise<Outcome>): Promise<void> {
    const { log, signal, metrics, ended } = this.parts;
    const uid = uidOf(service);
    try {
      await this.take(service, startedMs, await outcome);
    } catch (err) {
      if (!signal.aborted && !ApiError.is(err, 'NotLeader')) log.error({ service: keyOf(service), err }, 'its verdict could not be recorded; the next check tells');
    } finally {
      this.inFlight.delete(uid);
      this.running.delete(uid);
      if (this.again.delete(uid) && this.due.has(uid)) this.due.set(uid, this.parts.clock.now());
      metrics.inFlight(this.inFlight.size);
      ended();
    }
  }

  private async take(service: Service, startedMs: number, came: Outcome): Promise<void> {
    const { log, metrics, clock, record } = this.parts;
    const uid = uidOf(service);
    const skips = 'skipped' in came ? (this.skips.get(uid) ?? 0) + 1 : 0;
    this.skips.set(uid, skips);
    const outcome = afterSkips(came, skips);
    const { by, contradicts } = 'result' in outcome ? outcome.result : {};
    metrics.checked('skipped' in outcome ? 'skipped' : outcome.verdict.toLowerCase(), (by ?? 'nothing').toLowerCase(), (clock.now() - startedMs) / 1_000);
    if (contradicts) {
      metrics.contradicted();
      log.error({ service: keyOf(service), node: service.status?.node }, 'a full plan contradicts what another has said of the same reads: its module is always planned from now on');
    }
    if ('skipped' in outcome) {
      // As one that came to nothing: a long interval is not to hide that it was not made.
      this.due.set(uid, dueAfter(service, startedMs, 1));
      return log.debug({ service: keyOf(service), why: outcome.skipped }, 'no check');
    }
    const inARow = outcome.verdict === 'Unknown' ? (this.unknowns.get(uid) ?? 0) + 1 : 0;
    this.unknowns.set(uid, inARow);
    if (outcome.verdict === 'Unknown') {
      this.due.set(uid, dueAfter(service, startedMs, inARow));
      const say = inARow <= unknownsUntilTold ? log.warn : log.debug;
      say.call(log, { service: keyOf(service), reason: outcome.reason, why: outcome.message, inARow }, 'nothing can be told of it');
    }
    await record({ ordered: service, outcome, unknowns: inARow, everyMs: this.everyMs(service), why: this.whyLate(service) });
  }

  private everyMs(service: Service): number {
    return this.paces.get(uidOf(service))?.everyMs ?? intervalMs(service);
  }

  private whyLate(service: Service): { reason: string; message: string } {
    const cap = this.parts.capOf?.(service);
    if (cap) return { reason: 'RateLimited', message: `provider ${cap.provider} is asked for no more than ${cap.perSecond} checks per second` };
    return { reason: 'NodeBusy', message: `its node "${service.status?.node ?? ''}" can't make more of them` };
  }

  private async ask(service: Service): Promise<Outcome> {
    const { namespace = '', name } = service.metadata;
    try {
      return outcomeOf(await this.parts.client.check(namespace, name, this.parts.signal, { everySeconds: this.everyMs(service) / 1_000 }));
    } catch (error) {
      return outcomeOfError(error);
    }
  }
}
