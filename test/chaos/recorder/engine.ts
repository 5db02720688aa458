import { Pool } from 'undici';
import type { OneApplier } from './one-applier.js';

export interface Standing {
  kind: 'container' | 'volume' | 'network';
  id: string;
  name: string;
  labels: Record<string, string>;
  running?: boolean;
}

interface Listed {
  Id: string;
  Names: string[];
  Name: string;
  Labels: Record<string, string> | null;
  State: string;
}

/** The engine asked directly, past all agents. */
export class EngineView {
  readonly #pool: Pool;

  constructor(host: string) {
    this.#pool = new Pool('http://docker', { socketPath: host.replace('unix://', ''), connections: 6, headersTimeout: 60_000, bodyTimeout: 0 });
  }

  /** Everything that carries this cluster's label. */
  async standing(cluster: string): Promise<Standing[]> {
    const [containers, volumes, networks] = await Promise.all([
      this.#list<Listed[]>('/containers/json?all=1&', cluster),
      this.#list<{ Volumes: Listed[] | null }>('/volumes?', cluster),
      this.#list<Listed[]>('/networks?', cluster),
    ]);
    return [
      ...containers.map((each) => ({ kind: 'container' as const, id: each.Id, name: each.Names[0]!.slice(1), labels: each.Labels ?? {}, running: each.State === 'running' })),
      ...(volumes.Volumes ?? []).map((each) => ({ kind: 'volume' as const, id: each.Name, name: each.Name, labels: each.Labels ?? {} })),
      ...networks.map((each) => ({ kind: 'network' as const, id: each.Id, name: each.Name, labels: each.Labels ?? {} })),
    ];
  }

  async remove({ kind, id }: Pick<Standing, 'kind' | 'id'>): Promise<boolean> {
    const path = { container: `/containers/${id}?force=1&v=1`, volume: `/volumes/${id}?force=1`, network: `/networks/${id}` }[kind];
    const { statusCode, body } = await this.#pool.request({ method: 'DELETE', path });
    await body.dump();
    return statusCode < 300;
  }

  /** Tells of each container of this cluster that comes or goes, until the signal. */
  async follow(cluster: () => string | undefined, applier: OneApplier, signal: AbortSignal): Promise<void> {
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['create', 'destroy'], label: ['spawnit.dev/managed'] }));
    const { body } = await this.#pool.request({ method: 'GET', path: `/events?filters=${filters}`, signal });
    let rest = '';
    for await (const chunk of body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const { Action, Actor } = JSON.parse(line) as { Action: string; Actor: { ID: string; Attributes: Record<string, string> } };
        const uid = Actor.Attributes['spawnit.dev/uid'];
        if (uid !== undefined && Actor.Attributes['spawnit.dev/cluster'] === cluster()) applier.stands(uid, Actor.ID, Action === 'create');
      }
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #list<T>(path: string, cluster: string): Promise<T> {
    const filters = encodeURIComponent(JSON.stringify({ label: [`spawnit.dev/cluster=${cluster}`] }));
    const { statusCode, body } = await this.#pool.request({ method: 'GET', path: `${path}filters=${filters}` });
    if (statusCode !== 200) throw new Error(`the engine answered ${statusCode} to ${path}: ${await body.text()}`);
    return (await body.json()) as T;
  }
}
