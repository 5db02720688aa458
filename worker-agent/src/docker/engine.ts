import { errorText } from '@spawnit/contract';
import { Client, Pool } from 'undici';
import { z } from 'zod';
import { fail } from '../errors/causes.js';

export const labels = { managed: 'spawnit.dev/managed', cluster: 'spawnit.dev/cluster', namespace: 'spawnit.dev/namespace', service: 'spawnit.dev/service', uid: 'spawnit.dev/uid' } as const;

const Info = z.object({ ID: z.string(), ServerVersion: z.string(), NCPU: z.number(), MemTotal: z.number() });
export type EngineInfo = z.infer<typeof Info>;
const Labels = z.record(z.string(), z.string()).nullish();
const Containers = z.array(z.object({ Id: z.string(), Names: z.array(z.string()), Labels, State: z.string(), Status: z.string() }));
const Networks = z.array(z.object({ Id: z.string(), Name: z.string(), Labels }));
const Volumes = z.object({ Volumes: z.array(z.object({ Name: z.string(), Labels })).nullish() });
const Inspected = z.object({ Created: z.string(), RestartCount: z.int(), State: z.object({ Status: z.string(), ExitCode: z.number(), Error: z.string().optional() }) });

/** Something on an engine that carries this system's labels. */
export interface EngineObject {
  kind: 'container' | 'network' | 'volume';
  id: string;
  name: string;
  labels: Record<string, string>;
}

export type Having = Partial<Record<'uid' | 'namespace' | 'service', string>>;

/** The little of the Docker engine's API that the agent itself needs, over its Unix socket (or a gate's). */
export class Engine {
  readonly #pool: Pool;

  constructor(private readonly socket: string) {
    this.#pool = new Pool('http://docker', { socketPath: socket, connections: 8, headersTimeout: 30_000 });
  }

  /** Throws an EngineUnreachable failure when nobody answers. */
  async info(): Promise<EngineInfo> {
    return Info.parse(await this.#get('/info'));
  }

  /** Everything labelled as managed, by whichever control plane, that has these labels, too. */
  async objects(having: Having = {}): Promise<EngineObject[]> {
    const wanted = Object.entries(having).map(([label, value]) => `${labels[label as keyof Having]}=${value}`);
    const filters = encodeURIComponent(JSON.stringify({ label: [labels.managed, ...wanted] }));
    const [containers, networks, volumes] = await Promise.all([
      this.#get(`/containers/json?all=1&filters=${filters}`).then((answer) => Containers.parse(answer)),
      this.#get(`/networks?filters=${filters}`).then((answer) => Networks.parse(answer)),
      this.#get(`/volumes?filters=${filters}`).then((answer) => Volumes.parse(answer)),
    ]);
    return [
      ...containers.map((c) => ({ kind: 'container' as const, id: c.Id, name: c.Names[0]?.slice(1) ?? c.Id, labels: c.Labels ?? {} })),
      ...networks.map((n) => ({ kind: 'network' as const, id: n.Id, name: n.Name, labels: n.Labels ?? {} })),
      ...(volumes.Volumes ?? []).map((v) => ({ kind: 'volume' as const, id: v.Name, name: v.Name, labels: v.Labels ?? {} })),
    ];
  }

  /** Removes one object, running or not. One that is gone is no error; a network still in use is left: false. */
  async remove({ kind, id }: Pick<EngineObject, 'kind' | 'id'>): Promise<boolean> {
    const path = { container: `/containers/${id}?force=1&v=1`, network: `/networks/${id}`, volume: `/volumes/${encodeURIComponent(id)}?force=1` }[kind];
    const { status, text } = await this.#call('DELETE', path);
    if (status === 403 || status === 409) return false; // In use, or being removed by someone else.
    if (status >= 400 && status !== 404) throw engineError(`${kind} ${id} could not be removed`, text);
    return true;
  }

  /**
   * Makes a labelled bridge network unless there is one of that name. Two agents may do so at once, and the engine
   * lets both have theirs (CheckDuplicate is a best effort); a name that two networks have can't be joined by name.
   */
  async ensureNetwork(name: string, of: { cluster: string; namespace: string }): Promise<void> {
    let found = await this.#networksCalled(name);
    if (found.length === 0) {
      await this.#makeNetwork(name, of);
      found = await this.#networksCalled(name);
    }
    if (found.length > 1) await this.#keepOne(name, found);
  }

  async #networksCalled(name: string): Promise<z.infer<typeof Networks>> {
    const filters = encodeURIComponent(JSON.stringify({ name: [name] })); // Finds parts of names, too.
    return Networks.parse(await this.#get(`/networks?filters=${filters}`)).filter((network) => network.Name === name);
  }

  /** All who see the same networks keep the same one: the first by id, or a later one that is in use. */
  async #keepOne(name: string, networks: z.infer<typeof Networks>): Promise<void> {
    const [first, ...others] = networks.map(({ Id }) => Id).sort();
    const removed = await Promise.all(others.map((id) => this.remove({ kind: 'network', id })));
    if (removed.includes(false) && (await this.#networksCalled(name)).length > 1) await this.remove({ kind: 'network', id: first! });
  }

  async #makeNetwork(name: string, of: { cluster: string; namespace: string }): Promise<void> {
    const body = { Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: { [labels.managed]: 'true', [labels.cluster]: of.cluster, [labels.namespace]: of.namespace } };
    const made = await this.#call('POST', '/networks/create', body);
    if (made.status >= 400 && made.status !== 409) throw engineError(`network ${name} could not be made`, made.text);
  }

  /** The labels of something; none when it is gone. */
  async labelsOf({ kind, id }: Pick<EngineObject, 'kind' | 'id'>): Promise<Record<string, string>> {
    const path = { container: `/containers/${id}/json`, network: `/networks/${id}`, volume: `/volumes/${encodeURIComponent(id)}` }[kind];
    const { status, text } = await this.#call('GET', path);
    if (status === 404) return {};
    const { Config, Labels: own } = z.object({ Labels, Config: z.object({ Labels }).optional() }).parse(JSON.parse(text));
    return own ?? Config?.Labels ?? {};
  }

  /** What the engine tells from now on, one JSON text a line, on a connection of its own; ended by the signal. */
  async events(signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const filters = encodeURIComponent(JSON.stringify({ type: ['container', 'network', 'volume'] }));
    const client = new Client('http://docker', { socketPath: this.socket, bodyTimeout: 0 });
    const { statusCode, body } = await client.request({ method: 'GET', path: `/events?filters=${filters}`, signal });
    body.once('close', () => void client.destroy());
    if (statusCode !== 200) throw new Error(`the Docker engine refused its events: HTTP ${statusCode}`);
    return body;
  }

  async inspectContainer(id: string): Promise<z.infer<typeof Inspected> | undefined> {
    const { status, text } = await this.#call('GET', `/containers/${id}/json`);
    return status === 404 ? undefined : Inspected.parse(JSON.parse(text));
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #get(path: string): Promise<unknown> {
    const { status, text } = await this.#call('GET', path);
    if (status >= 400) throw engineError(`the Docker engine refused ${path}`, text);
    return JSON.parse(text);
  }

  async #call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<{ status: number; text: string }> {
    try {
      const answer = await this.#pool.request({ method, path, ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      fail('EngineUnreachable', `cannot reach the Docker engine: ${errorText(error)}`);
    }
  }
}

function engineError(what: string, text: string): Error {
  return new Error(`${what}: ${messageOf(text)}`);
}

function messageOf(text: string): string {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(text)).message;
  } catch {
    return text.slice(0, 500);
  }
}
