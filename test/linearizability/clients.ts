import { ApiError, collectionPath, resourcePath, serviceKind, Unreachable, type Resource, type Service } from '@spawnit/contract';
import type { Random } from '../simulation/time/random.js';
import type { Server } from './cluster.js';
import type { Answer, Call, List, Operation, Seen } from './history.js';

/** Counts what is sent and received by all: the real time of a history. */
export interface Clock {
  ticks: number;
}

type Request = Parameters<Server['people']['transport']['send']>[0];
type Outcome = Answer | 'not done' | 'not known';

export class Recorder {
  readonly calls: Call[] = [];
  readonly lists: List[] = [];

  constructor(
    readonly namespace: string,
    private readonly clock: Clock,
  ) {}

  /** Sends it to that server and records what came of it. */
  async call(server: Server, record: string, operation: Operation): Promise<Answer | undefined> {
    const doubts = new Doubts();
    const from = this.clock.ticks++;
    const outcome = await this.#send(server, record, operation, doubts.onWarning);
    const to = this.clock.ticks++;
    const isRead = operation.do === 'get';
    if (outcome === 'not done' || (outcome === 'not known' && isRead)) return undefined;
    if (outcome === 'not known') {
      this.calls.push({ record, operation, from, to: Infinity });
      return undefined;
    }
    this.calls.push({ record, operation, answer: outcome, from: doubts.told && isRead ? -1 : from, to });
    return outcome;
  }

  async list({ people }: Server): Promise<List | undefined> {
    const doubts = new Doubts();
    const from = this.clock.ticks++;
    try {
      const path = collectionPath(serviceKind, this.namespace);
      const { items, metadata } = await people.transport.json<{ items: Service[]; metadata: { resourceVersion: string } }>({ path, onWarning: doubts.onWarning });
      const list = { items: seenByName(items), rv: Number(metadata.resourceVersion), from: doubts.told ? -1 : from, to: this.clock.ticks++ };
      this.lists.push(list);
      return list;
    } catch (error) {
      outcomeOf(error);
      return undefined;
    }
  }

  async #send({ people, reconciler }: Server, record: string, operation: Operation, onWarning: (text: string) => void): Promise<Outcome> {
    const { transport } = operation.do === 'release' ? reconciler : people;
    try {
      const body = await transport.json<Resource>({ ...requestOf(this.namespace, record, operation), onWarning });
      return body.kind === 'Status' ? { is: 'gone' } : { is: 'object', seen: seenOf(body) };
    } catch (error) {
      return outcomeOf(error);
    }
  }
}

/** A server that can't reach the store reads from memory, and says so. */
class Doubts {
  told = false;
  readonly onWarning = (text: string): void => {
    this.told ||= text.includes('may have changed since');
  };
}

function requestOf(namespace: string, record: string, operation: Operation): Request {
  const path = resourcePath(serviceKind, record, namespace);
  const resourceVersion = 'on' in operation && operation.on ? String((operation.on as Seen).rv) : undefined;
  const patch = (metadata: object): Request => ({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body: { metadata: { ...metadata, resourceVersion } } });
  const object = (t: string) => ({ apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name: record, namespace, labels: { t, side: sideOf(t) }, resourceVersion }, spec: { template: 'thing' } });
  switch (operation.do) {
    case 'get':
      return { path };
    case 'create':
      return { method: 'POST', path: collectionPath(serviceKind, namespace), body: object(operation.t), headers: operation.key === undefined ? {} : { 'idempotency-key': operation.key } };
    case 'put':
      return { method: 'PUT', path, body: object(operation.t) };
    case 'patch':
      return patch({ labels: { p: operation.p } });
    case 'release':
      return patch({ finalizers: [] });
    case 'delete':
      return { method: 'DELETE', path, body: { preconditions: { resourceVersion } } };
  }
}

/** The label that selected watches go by. */
export function sideOf(t: string): 'even' | 'odd' {
  return Number(t) % 2 === 0 ? 'even' : 'odd';
}

export function seenOf({ metadata }: Resource): Seen {
  const { t = '', p } = metadata.labels ?? {};
  return { t, p, deleting: metadata.deletionTimestamp != null, uid: metadata.uid!, rv: Number(metadata.resourceVersion) };
}

export function seenByName(items: Resource[]): Map<string, Seen> {
  return new Map(items.map((item) => [item.metadata.name, seenOf(item)]));
}

/** What a failure tells of the request. Throws when no server may fail so. */
function outcomeOf(error: unknown): Outcome {
  if (error instanceof Unreachable) return (error.cause as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'not done' : 'not known';
  if (ApiError.is(error, 'NotFound')) return { is: 'absent' };
  if (ApiError.is(error, 'AlreadyExists')) return { is: 'exists' };
  if (ApiError.is(error, 'Conflict')) return { is: 'conflict' };
  if (ApiError.is(error, 'Invalid') && error.message.includes('Idempotency-Key')) return { is: 'reused' };
  if (ApiError.is(error, 'ServiceUnavailable')) return error.message.includes('nothing was changed') ? 'not done' : 'not known';
  throw error;
}

/** One after the other, whatever comes to its mind, each at a server of its choice. */
export class Caller {
  readonly #last = new Map<string, Seen>();

  constructor(
    private readonly scene: { servers: Server[]; records: string[]; recorder: Recorder; random: Random; marks: { next: number }; keys: { record: string; key: string; t: string }[] },
  ) {}

  /** Gives how many operations that were. */
  async act(): Promise<number> {
    const { servers, records, recorder, random, marks, keys } = this.scene;
    const [server, record] = [random.pick(servers), random.pick(records)];
    const mark = () => String(marks.next++);
    const last = this.#last.get(record);
    const on = random.chance(0.6) ? last : undefined;
    const dice = random.next();
    if (dice < 0.06) {
      const list = await recorder.list(server);
      if (list) for (const each of records) this.#note(each, list.items.get(each));
      return 1;
    }
    if (dice < 0.1) {
      // At once to two servers.
      const [key, t] = [`${recorder.namespace}-${mark()}`, mark()];
      keys.push({ record, key, t });
      await Promise.all([server, random.pick(servers)].map((each) => this.#do(each, record, { do: 'create', key, t })));
      return 2;
    }
    const known = keys.length > 0 && dice < 0.14 ? random.pick(keys) : undefined;
    if (known) await this.#do(server, known.record, { do: 'create', key: known.key, t: random.chance(0.8) ? known.t : mark() });
    else if (dice < 0.36) await this.#do(server, record, { do: 'get' });
    else if (dice < 0.5) await this.#do(server, record, { do: 'create', t: mark() });
    else if (dice < 0.66) await this.#do(server, record, { do: 'put', t: mark(), on });
    else if (dice < 0.8) await this.#do(server, record, { do: 'patch', p: mark(), on });
    else if (last?.deleting) await this.#do(server, record, { do: 'release', on: last });
    else await this.#do(server, record, { do: 'delete', on });
    return 1;
  }

  async #do(server: Server, record: string, operation: Operation): Promise<void> {
    const answer = await this.scene.recorder.call(server, record, operation);
    if (answer) this.#note(record, answer.is === 'object' ? answer.seen : undefined);
  }

  /** A conflict, too, is reason to forget. */
  #note(record: string, seen: Seen | undefined): void {
    if (seen) this.#last.set(record, seen);
    else this.#last.delete(record);
  }
}
