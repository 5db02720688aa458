import type { ServerResponse } from 'node:http';
import type { ClaimAnswer, Inventory, Job } from '@spawnit/contract';
import { hold, refusal, type Route } from './routing.js';

/** The jobs of the stand-in, by namespace/name: what is claimed, and who watches. */
export class StandInJobs {
  readonly #jobs = new Map<string, Job>();
  readonly #claims = new Map<string, ClaimAnswer>();
  readonly #watches = new Set<ServerResponse>();
  #version = 1;

  readonly routes: Route[] = [
    ['GET', /^\/apis\/spawnit.dev\/v1\/jobs$/, ({ query, res }) => (query.get('watch') === 'true' ? this.#watch(Number(query.get('resourceVersion')), res) : this.#list())],
  ];

  assign(job: Job, claim: ClaimAnswer): void {
    const key = `${job.metadata.namespace}/${job.metadata.name}`;
    this.#claims.set(key, claim);
    this.#put('ADDED', key, job);
  }

  /** Takes in a new status; one that is not known stays unknown. */
  change(key: string, status: Job['status']): void {
    const job = this.#jobs.get(key);
    if (job !== undefined) this.#put('MODIFIED', key, { ...job, status } as Job);
  }

  statusOf(key: string): Job['status'] {
    return this.#jobs.get(key)?.status;
  }

  /** What is given to who claims it, or a refusal. */
  claim(key: string): ClaimAnswer | ReturnType<typeof refusal> | undefined {
    const status = this.statusOf(key);
    if (status?.phase !== 'Assigned' && status?.phase !== 'Running') return refusal(409, 'EpochPassed');
    this.change(key, { ...status, phase: 'Running' });
    return this.#claims.get(key);
  }

  /** Of all services that had a job. */
  inventory(): Pick<Inventory, 'uids' | 'namespaces'> {
    const inputs = [...this.#claims.values()].map((claim) => claim.inputs);
    return { uids: inputs.map(({ serviceUid }) => serviceUid), namespaces: inputs.map(({ namespace }) => namespace) };
  }

  #put(type: 'ADDED' | 'MODIFIED', key: string, job: Job): void {
    const object = { ...job, metadata: { ...job.metadata, resourceVersion: String((this.#version += 1)) } };
    this.#jobs.set(key, object);
    for (const watch of this.#watches) tell(watch, type, object);
  }

  #list(): unknown {
    return { apiVersion: 'spawnit.dev/v1', kind: 'JobList', metadata: { resourceVersion: String(this.#version) }, items: [...this.#jobs.values()] };
  }

  /** What changed between the caller's list and this watch comes first, as from the real server. */
  #watch(from: number, res: ServerResponse): unknown {
    const missed = [...this.#jobs.values()].filter((job) => Number(job.metadata.resourceVersion) > from);
    const held = hold(this.#watches, res);
    for (const job of missed) tell(res, 'MODIFIED', job);
    return held;
  }
}

function tell(watch: ServerResponse, type: string, object: Job): void {
  watch.write(`${JSON.stringify({ type, object })}\n`);
}
