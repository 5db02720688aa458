import type { ActionAnswer, ActionRequest, ServiceAction } from '../actions.js';
import type { BackupStarted, BackupStatus } from '../backup.js';
import type { CommitAnswer, CommitRequest } from '../commits.js';
import type { CheckResult } from '../agent.js';
import type { CheckAge, CheckRequest } from '../checks.js';
import { jobKind, type Job } from '../kinds/job.js';
import type { KindDefinition } from '../kinds/kind.js';
import { moduleKind, type Module } from '../kinds/module.js';
import { namespaceKind, type Namespace } from '../kinds/namespace.js';
import { nodeKind, type Node } from '../kinds/node.js';
import type { KeysStatus, RotateRootAnswer } from '../keys.js';
import { eventKind, type Event } from '../kinds/event.js';
import { revisionKind, type Revision } from '../kinds/revision.js';
import { serviceKind, type Service } from '../kinds/service.js';
import { templateKind, type Template } from '../kinds/template.js';
import type { Resource } from '../meta.js';
import { adminPaths, commitsPath, resourcePath } from '../paths.js';
import type { HistoryAnswer, HistoryQuery, RestoreAnswer, RestoreRequest } from '../restore.js';
import type { z } from 'zod';
import type { ServiceSource } from '../source.js';
import type { RestoreStateAnswer, RestoreStateRequest, StateContent, StateHistory } from '../states.js';
import type { TokenAnswer, TokenRequest } from '../tokens.js';
import { Resources, type WriteOptions } from './resources.js';
import { Transport, type ClientOptions } from './transport.js';

/** The typed client that everything but the apiserver itself uses. */
export class Client {
  readonly transport: Transport;
  readonly namespaces: Resources<Namespace>;
  readonly events: Resources<Event>;
  readonly templates: Resources<Template>;
  readonly modules: Resources<Module>;
  readonly services: Resources<Service>;
  readonly revisions: Resources<Revision>;
  readonly jobs: Resources<Job>;
  readonly nodes: Resources<Node>;

  constructor(options: ClientOptions) {
    this.transport = new Transport(options);
    this.namespaces = this.of(namespaceKind);
    this.events = this.of(eventKind);
    this.templates = this.of(templateKind);
    this.modules = this.of(moduleKind);
    this.services = this.of(serviceKind);
    this.revisions = this.of(revisionKind);
    this.jobs = this.of(jobKind);
    this.nodes = this.of(nodeKind);
  }

  /** The verbs of any kind. */
  of<R extends Resource = Resource>(kind: KindDefinition): Resources<R> {
    return new Resources<R>(this.transport, kind);
  }

  /** Several writes, all or none. */
  commit(ops: CommitRequest['ops'][number][]): Promise<CommitAnswer> {
    return this.transport.json({ method: 'POST', path: commitsPath, body: { ops } });
  }

  /** Has the service's node compare it now and waits for the verdict. */
  check(namespace: string, service: string, signal?: AbortSignal, request: CheckRequest = {}): Promise<CheckResult> {
    return this.transport.json({ method: 'POST', path: resourcePath(serviceKind, service, namespace, 'check'), body: request, signal });
  }

  /** The service's last verdict, how old it is, and how often it is truly checked. */
  lastCheck(namespace: string, service: string): Promise<CheckAge> {
    return this.transport.json({ path: resourcePath(serviceKind, service, namespace, 'check') });
  }

  /** Does something about a service, or with `dryRun` tells what would come of it. */
  act<A extends ServiceAction>(namespace: string, service: string, action: A, request: ActionRequest<A>, options: WriteOptions = {}): Promise<ActionAnswer> {
    const { dryRun, idempotencyKey } = options;
    const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return this.transport.json({ method: 'POST', path: resourcePath(serviceKind, service, namespace, action), query: dryRun ? { dryRun: 'All' } : {}, body: request, headers });
  }

  /** Makes what was declared as it was at a point of the log, or tells what that would change. */
  restore(request: z.input<typeof RestoreRequest>): Promise<RestoreAnswer> {
    return this.transport.json({ method: 'POST', path: adminPaths.restore, body: request });
  }

  /** After a restore from a backup: lets agents remove what no record knows. Tells whether they did not before. */
  sweepUnknown(): Promise<{ changed: boolean }> {
    return this.transport.json({ method: 'POST', path: adminPaths.sweepUnknown, body: {} });
  }

  /** The last transactions of the log, newest last. */
  history(query: z.input<typeof HistoryQuery> = {}): Promise<HistoryAnswer> {
    return this.transport.json({ path: adminPaths.history, query: { last: Number(query.last ?? 30), by: query.by } });
  }

  /** A token of a person who has business in some namespaces alone. */
  createToken(request: TokenRequest): Promise<TokenAnswer> {
    return this.transport.json({ method: 'POST', path: adminPaths.tokens, body: request });
  }

  /** Begins a backup, which goes on by itself: `backups` tells its outcome. */
  backup(): Promise<BackupStarted> {
    return this.transport.json({ method: 'POST', path: adminPaths.backups, body: {} });
  }

  backups(): Promise<BackupStatus> {
    return this.transport.json({ path: adminPaths.backups });
  }

  /** A job's log from byte `offset`; with `follow` it ends when the job has. */
  logs(namespace: string, job: string, options: { offset?: number; follow?: boolean; signal?: AbortSignal } = {}): Promise<AsyncIterable<Buffer>> {
    return this.transport.stream({
      path: resourcePath(jobKind, job, namespace, 'log'),
      query: { offset: options.offset, follow: options.follow },
      accept: 'text/plain',
      signal: options.signal,
    });
  }

  /** The files that a service was applied from. */
  source(namespace: string, service: string): Promise<ServiceSource> {
    return this.transport.json({ path: resourcePath(serviceKind, service, namespace, 'source') });
  }

  /** The serials of a service's state that are kept. */
  stateHistory(namespace: string, service: string): Promise<StateHistory> {
    return this.transport.json({ path: resourcePath(serviceKind, service, namespace, 'state') });
  }

  /** What a state holds, without what is sensitive; the current one without a serial. */
  showState(namespace: string, service: string, serial?: number): Promise<StateContent> {
    return this.transport.json({ path: resourcePath(serviceKind, service, namespace, `state/${serial ?? 'current'}`) });
  }

  /** The state as tofu wrote it, secrets included: whoever asks is noted in an event. */
  pullState(namespace: string, service: string, serial?: number): Promise<string> {
    return this.transport.text({ path: resourcePath(serviceKind, service, namespace, `state/${serial ?? 'current'}/raw`) });
  }

  /** Makes an earlier state the current one, under a new serial. */
  restoreState(namespace: string, service: string, request: RestoreStateRequest): Promise<RestoreStateAnswer> {
    return this.transport.json({ method: 'POST', path: resourcePath(serviceKind, service, namespace, 'state/restore'), body: request });
  }

  /** The keys that seal, and how far a rotation is. */
  keys(): Promise<KeysStatus> {
    return this.transport.json({ path: adminPaths.keys });
  }

  /** Adds a key that seals from now on; what older ones sealed is sealed anew in the background. */
  rotateKey(): Promise<KeysStatus> {
    return this.transport.json({ method: 'POST', path: adminPaths.rotateKey, body: {} });
  }

  /** Puts another root key in force, once every server has it in its files. */
  rotateRoot(): Promise<RotateRootAnswer> {
    return this.transport.json({ method: 'POST', path: adminPaths.rotateRoot, body: {} });
  }

  /** Refuses what the root key before has signed. */
  retireRoot(): Promise<RotateRootAnswer> {
    return this.transport.json({ method: 'POST', path: adminPaths.retireRoot, body: {} });
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}
