import { commitKey, decodeCommit, rvOf, sha256, type Op, type Commit } from '@spawnit/apiserver/dist/src/store/log/commit.js';
import { Records, type View } from '@spawnit/apiserver/dist/src/store/log/view.js';
import { RegistryDamaged } from '@spawnit/apiserver/dist/src/store/log/errors.js';
import type { StateRecord } from '@spawnit/apiserver/dist/src/state/records.js';
import { isDeepStrictEqual } from 'node:util';
import { isTerminal, leaseToken, mayFollow, type ClaimAnswer, type Lease, type Job, type Node, type Service } from '@spawnit/contract';
import type { Exchange } from '../network/network.js';
import type { Author, Container, SimulatedEngine } from '../stand-ins/simulated-engine.js';
import type { SimulatedProcess } from '../time/simulated-process.js';
import type { World } from '../world.js';
import { Acknowledged } from './acknowledged.js';
import { Nodes } from './nodes.js';
import { Repeated } from './repeated.js';
import { Restarted } from './restarted.js';
import { whatIsOpen } from './convergence.js';

/** Watches over the promises of docs/reliability.md: reads the log as it grows, and hears what engines and the network do. */
export class PromiseKeeper {
  readonly broken: string[] = [];
  readonly records = new Records();
  /** Of each kind's prefix, the resourceVersions of its changes in order. */
  readonly changes = new Map<string, number[]>();
  readonly repeated = new Repeated(this);
  readonly #acknowledged = new Acknowledged(this);
  readonly #nodes = new Nodes(this);
  readonly #restarted: Restarted;
  readonly #hashes: string[] = [];
  readonly #commitIds = new Set<string>();
  readonly #changedAt = new Map<string, number>();
  readonly #claimed = new WeakMap<SimulatedProcess, Map<string, number>>();
  #next = commitKey(1);

  constructor(private readonly world: World) {
    world.network.onSent = (request) => this.#nodes.sent(request);
    this.#restarted = new Restarted(world);
    world.network.observers.push((exchange) => this.#heard(exchange));
  }

  break(promise: string, what: string): void {
    this.broken.push(`${promise}: ${what} (at ${(this.world.timeline.now / 1_000).toFixed(3)} s)`);
  }

  /** Takes in what has been committed since the last look. */
  look(): void {
    for (let bytes = this.world.bucket.objects.get(this.#next); bytes; bytes = this.world.bucket.objects.get(this.#next)) {
      const commit = decodeCommit(this.#next, bytes);
      if (commit.header.prev !== (this.#hashes.at(-1) ?? '0'.repeat(64))) this.break('I4', `commit ${commit.header.seq} does not follow the one before it`);
      if (this.#commitIds.has(commit.header.id)) this.break('I4', `commit ${commit.header.id} stands twice in the log`);
      this.#commitIds.add(commit.header.id);
      this.#hashes.push(sha256(bytes));
      for (const { requestId } of commit.txns) if (requestId !== undefined) this.#acknowledged.committed(requestId);
      this.#led(commit);
      this.#apply(commit.header.seq, commit.txns.flatMap(({ ops }) => ops));
      this.#next = commitKey(commit.header.seq + 1);
    }
  }

  /** What still differs from what was declared; undefined when all is as it should be. */
  open(): string | undefined {
    return whatIsOpen(this.records, this.world.engines);
  }

  /** Once all is over: what is left of the log is still what was read while it grew, and who begins now reads the same from it. */
  finish(newcomer: View): void {
    const standing = this.#hashes.map((_, i) => this.world.bucket.objects.get(commitKey(i + 1)));
    // What old commits came to is in snapshots, which the newcomer has read.
    const oldest = standing.findIndex((bytes) => bytes !== undefined);
    for (const [i, bytes] of standing.entries()) {
      if (bytes === undefined && i < oldest) continue;
      if (!bytes || sha256(bytes) !== this.#hashes[i]) return this.break('I2', `commit ${i + 1} was ${bytes ? 'overwritten' : 'lost'} after it had been committed`);
    }
    if (newcomer.seq !== this.records.seq) return this.break('I2', `a server that begins now ends at commit ${newcomer.seq} of ${this.records.seq}`);
    const [theirs, ours] = [newcomer, this.records].map((each) => [...each.list('')].map(({ key, value }) => ({ key, value })));
    if (!isDeepStrictEqual(theirs, ours)) this.break('I2', 'a server that begins now has other records than the log gave');
  }

  serverEnded(name: string, error: Error): void {
    if (error instanceof RegistryDamaged) this.break('I5', `${name} finds the log damaged: ${error.message}`);
  }

  engineChanges(engine: SimulatedEngine, what: string, author: Author, container: Container | undefined): void {
    const { uid, epoch } = author;
    if (epoch === 'sweep') return this.#swept(engine, container);
    if (typeof epoch !== 'number') return;
    this.#restarted.engineChanges(what, author, container);
    const newest = this.#changedAt.get(uid) ?? 0;
    if (epoch < newest) this.break('I1', `the run of epoch ${epoch} did a ${what} on ${engine.id} after that of epoch ${newest} had begun to`);
    this.#changedAt.set(uid, Math.max(newest, epoch));
  }

  /** The epoch at which an agent's run works on a service. */
  epochClaimedBy(process: SimulatedProcess, uid: string | undefined): Author['epoch'] {
    return this.#claimed.get(process)?.get(uid ?? '') ?? 'sweep';
  }

  /** Of each kind of controller one writes at a time: the one that holds the lease. */
  #led({ header, txns }: Commit): void {
    const inThis = txns.flatMap(({ ops }) => ops);
    for (const { requestId = '', author } of txns) {
      const token = this.world.network.leaseOf.get(requestId);
      const key = `leases/_/${author}`;
      // A lease that changes hands in this very commit was either's.
      if (token === undefined || inThis.some((op) => op.key === key)) continue;
      const { spec } = this.records.get(key)?.value as unknown as Lease;
      if (leaseToken(spec) !== token) this.break('I1', `commit ${header.seq} has a write of ${author} under ${token}, while ${spec.holder} leads at epoch ${spec.epoch}`);
    }
  }

  #apply(seq: number, ops: Op[]): void {
    for (const [i, op] of ops.entries()) {
      const rv = rvOf(seq, i);
      const before = this.records.get(op.key)?.value;
      if (op.op === 'delete' && before === undefined) continue;
      this.#acknowledged.at(rv, op.key);
      const kind = op.key.slice(0, op.key.indexOf('/') + 1);
      if (!this.changes.has(kind)) this.changes.set(kind, []);
      this.changes.get(kind)!.push(rv);
      if (kind === 'jobs/' && op.op === 'put') this.#jobChanges(before as unknown as Job | undefined, op.value as unknown as Job);
      if (kind === 'nodes/' && op.op === 'put') this.#nodes.nodeChanges(op.value as unknown as Node);
      if (kind === 'services/' && op.op === 'put') this.#restarted.serviceChanges(before as unknown as Service | undefined, op.value as unknown as Service);
      if (kind === 'services/' && op.op === 'delete') this.#serviceDropped(before as unknown as Service);
      const stateBefore = before as unknown as StateRecord | undefined;
      this.records.apply(seq, [op]);
      if (kind === 'states/' && op.op === 'put') this.#stateChanges(op.key, stateBefore, op.value as unknown as StateRecord);
    }
    this.records.seq = seq;
  }

  #jobChanges(before: Job | undefined, after: Job): void {
    const [from, to] = [before?.status?.phase ?? 'Pending', after.status?.phase ?? 'Pending'];
    if (before && before.metadata.uid === after.metadata.uid && !mayFollow(from, to)) this.break('I7', `job ${after.metadata.name} went from ${from} to ${to}`);
    if (to === 'Succeeded' && from !== to && after.spec.approvedPlan !== undefined && after.spec.approvedPlan !== after.status?.plan?.digest) this.break('I1', `job ${after.metadata.name} did another plan than the one that was approved`);
    if (to === 'Succeeded' && from !== to) this.#restarted.jobSucceeded(after);
    if (isTerminal(from) && before?.metadata.uid !== after.metadata.uid) this.break('I7', `job ${after.metadata.name} was replaced by another`);
  }

  #stateChanges(key: string, before: StateRecord | undefined, { current, service: name }: StateRecord): void {
    if (!current || before?.current?.key === current.key) return;
    const [, namespace, uid] = key.split('/');
    const service = this.records.get(`services/${namespace}/${name}`)?.value as unknown as Service | undefined;
    const epoch = service?.metadata.uid === uid ? service?.status?.epoch : undefined;
    if (epoch !== current.epoch) this.break('I3', `the state of ${name} was written by epoch ${current.epoch} while epoch ${epoch} was in force`);
    if (before?.current && (before.current.lineage !== current.lineage || before.current.serial >= current.serial)) this.break('I3', `the state of ${name} went from serial ${before.current.serial} to ${current.serial}`);
  }

  #serviceDropped({ metadata, status }: Service): void {
    const engine = this.world.engines.find(({ id }) => id === status?.engine);
    if (engine && engine.objects({ uid: metadata.uid }).length > 0) this.break('I8', `service ${metadata.name} was dropped while it stood on ${engine.id}`);
  }

  /** What a sweep may not remove: what the newest run of the service has made where it stands. */
  #swept(engine: SimulatedEngine, container: Container | undefined): void {
    this.look();
    const uid = container?.labels['spawnit.dev/uid'];
    for (const { value } of this.records.list('services/')) {
      const { metadata, status } = value as unknown as Service;
      if (metadata.uid !== uid || status?.engine !== engine.id || container?.epoch === undefined) continue;
      if (container.epoch === status.epoch) this.break('I1', `the sweep of ${engine.id} removed what epoch ${status.epoch} of ${metadata.name} has made there`);
    }
  }

  #heard(exchange: Exchange): void {
    this.look();
    const { request, answer, from } = exchange;
    this.#acknowledged.heard(exchange);
    if (answer?.status === 200 && request.url.pathname.endsWith('/claim')) {
      const claim = JSON.parse(answer.body) as ClaimAnswer;
      const { inputs } = claim;
      this.#restarted.claimed(from.name, claim);
      if (!this.#claimed.has(from)) this.#claimed.set(from, new Map());
      this.#claimed.get(from)!.set(inputs.serviceUid, inputs.epoch);
    }
    if (answer?.status === 404 && request.method === 'GET' && request.url.pathname.startsWith('/state/')) this.#noState(request.url.pathname);
  }

  #noState(path: string): void {
    const [, , , namespace, name] = path.split('/');
    const service = this.records.get(`services/${namespace}/${name}`)?.value as unknown as Service | undefined;
    const record = this.records.get(`states/${namespace}/${service?.metadata.uid}`)?.value as unknown as StateRecord | undefined;
    // A run that is passed may hear late what was true when it asked.
    if (record?.current && record.current.epoch < (service?.status?.epoch ?? 0)) this.break('I6', `"no state" was said of ${name}, which has serial ${record.current.serial}`);
  }
}
