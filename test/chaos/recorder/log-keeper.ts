import { isTerminal, mayFollow, type Job, type Service } from '@spawnit/contract';
import type { Findings } from './findings.js';
import { rvOf, type Commit, type Op } from './log-reader.js';

interface StatePointer {
  key: string;
  serial: number;
  lineage: string;
  epoch: number;
}
interface StateRecord {
  service: string;
  current?: StatePointer;
}
/** From which commit on an epoch of a service was a node's. */
export interface Assignment {
  seq: number;
  epoch: number;
  node: string;
}

/** Holds every commit against the promises that can be seen in the log, and keeps what follows from it. */
export class LogKeeper {
  readonly records = new Map<string, unknown>();
  /** Of each kind's prefix, the resourceVersions of its changes in order. */
  readonly changes = new Map<string, number[]>();
  /** What each resourceVersion was given to. */
  readonly keyAt = new Map<number, string>();
  readonly requestIds = new Set<string>();
  /** By the service's uid. */
  readonly assignments = new Map<string, Assignment[]>();
  /** In which commit the service of a uid was dropped. */
  readonly droppedAt = new Map<string, number>();
  seq = 0;
  #hash = '0'.repeat(64);
  readonly #ids = new Set<string>();

  constructor(private readonly findings: Findings) {}

  take(commit: Commit): void {
    if (commit.prev !== this.#hash) this.findings.break('I4', `commit ${commit.seq} does not follow the one before it`);
    if (this.#ids.has(commit.id)) this.findings.break('I4', `commit ${commit.id} stands twice in the log`);
    this.#ids.add(commit.id);
    this.#hash = commit.hash;
    this.seq = commit.seq;
    commit.requestIds.forEach((id) => this.requestIds.add(id));
    // What one commit does of a job or a service is judged before, of a state after the whole of it.
    const before = new Map(commit.ops.map(({ key }) => [key, this.records.get(key)]));
    for (const [i, op] of commit.ops.entries()) this.#apply(rvOf(commit.seq, i), op);
    for (const { key } of commit.ops) if (key.startsWith('states/')) this.#stateChanged(key, before.get(key) as StateRecord | undefined, this.records.get(key) as StateRecord | undefined);
  }

  list<T>(prefix: string): T[] {
    return [...this.records].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value as T);
  }

  service(namespace: string, name: string): Service | undefined {
    return this.records.get(`services/${namespace}/${name}`) as Service | undefined;
  }

  get cluster(): string | undefined {
    return (this.records.get('meta/cluster') as { uid?: string } | undefined)?.uid;
  }

  #apply(rv: number, { op, key, value }: Op): void {
    const before = this.records.get(key);
    if (op === 'delete' && before === undefined) return;
    this.keyAt.set(rv, key);
    const kind = key.slice(0, key.indexOf('/') + 1);
    if (!this.changes.has(kind)) this.changes.set(kind, []);
    this.changes.get(kind)!.push(rv);
    if (kind === 'jobs/' && op === 'put') this.#jobChanges(before as Job | undefined, value as Job);
    if (kind === 'services/') this.#serviceChanges(before as Service | undefined, value as Service | undefined);
    if (op === 'put') this.records.set(key, value);
    else this.records.delete(key);
  }

  #jobChanges(before: Job | undefined, after: Job): void {
    const [from, to] = [before?.status?.phase ?? 'Pending', after.status?.phase ?? 'Pending'];
    const { name } = after.metadata;
    if (before && before.metadata.uid === after.metadata.uid && !mayFollow(from, to)) this.findings.break('I7', `job ${name} went from ${from} to ${to}`);
    if (isTerminal(from) && before?.metadata.uid !== after.metadata.uid) this.findings.break('I7', `job ${name} was replaced by another`);
  }

  #serviceChanges(before: Service | undefined, after: Service | undefined): void {
    if (after === undefined) return void this.droppedAt.set(before!.metadata.uid!, this.seq);
    const [was, now] = [before?.status?.epoch ?? 0, after.status?.epoch ?? 0];
    const same = before?.metadata.uid === after.metadata.uid;
    if (same && now < was) this.findings.break('I1', `the epoch of ${after.metadata.name} went from ${was} back to ${now}`);
    if (now === 0 || after.status?.node === undefined) return;
    const uid = after.metadata.uid!;
    const all = this.assignments.get(uid) ?? [];
    const last = all.at(-1);
    if (last?.epoch === now && last.node === after.status.node) return;
    this.assignments.set(uid, [...all, { seq: this.seq, epoch: now, node: after.status.node }]);
  }

  #stateChanged(key: string, before: StateRecord | undefined, after: StateRecord | undefined): void {
    const current = after?.current;
    if (!current || before?.current?.key === current.key) return;
    const [, namespace, uid] = key.split('/');
    const service = this.service(namespace!, after.service);
    const epoch = service?.metadata.uid === uid ? service?.status?.epoch : undefined;
    if (epoch !== current.epoch) this.findings.break('I3', `the state of ${after.service} was written by epoch ${current.epoch} while epoch ${epoch} was in force`);
    const old = before?.current;
    if (old && (old.lineage !== current.lineage || old.serial >= current.serial)) this.findings.break('I3', `the state of ${after.service} went from ${old.lineage}/${old.serial} to ${current.lineage}/${current.serial}`);
  }
}
