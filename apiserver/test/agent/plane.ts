import {
  agentPaths,
  Client,
  defaultsOf,
  Transport,
  type ClaimAnswer,
  type FinishRequest,
  type HeartbeatAnswer,
  type Job,
  type JobSpec,
  type Resource,
  type Revision,
  type Service,
  type ServiceSpec,
} from '@spawnit/contract';
import { tempDir, type Teardown } from '@spawnit/testkit';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { readConfig, type Config } from '../../src/config.js';
import type { ServerContext } from '../../src/context.js';
import { start, type Running } from '../../src/start.js';
import { noteCatalogue } from './catalogue.js';

export type Component = 'admin' | 'reconciler' | 'scheduler' | 'drift-controller' | 'join';

export interface Plane {
  url: string;
  context: ServerContext;
  /** All routes as fastify prints them. */
  routes(): string;
  as(component: Component): Client;
  stop(): Promise<void>;
}

/** A real server that listens, on a store of its own. */
export async function startPlane(t: Teardown, over: Partial<Config> = {}): Promise<Plane> {
  const dataDir = over.dataDir ?? tempDir(t);
  const config = { ...readConfig({ SPAWNIT_PORT: '0', SPAWNIT_DATA_DIR: dataDir, SPAWNIT_STORE: 'memory' }), catalogueDir: noteCatalogue(t), ...over };
  const server: Running = await start(config, pino({ level: process.env['SPAWNIT_TEST_LOG'] ?? 'silent' }), (error) => {
    throw error;
  });
  const clients = new Map<Component, Client>();
  const as = (component: Component) => {
    const known = clients.get(component) ?? new Client({ server: server.url, token: readFileSync(join(dataDir, 'tokens', component), 'utf8').trim() });
    clients.set(component, known);
    return known;
  };
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= Promise.all([...clients.values()].map((client) => client.close())).then(() => server.stop()));
  t.teardown(stop);
  return { url: server.url, context: server.context, routes: () => server.app.printRoutes({ commonPrefix: false }), as, stop };
}

/** Does by hand what an agent does; each test says when. */
export class HandAgent {
  readonly session: string = randomUUID();
  readonly transport: Transport;
  #counter = 0;
  readonly engine: string;

  constructor(
    private readonly plane: Plane,
    readonly name: string,
    readonly token: string,
    { engine = `engine-${name}` }: { engine?: string } = {},
  ) {
    this.engine = engine;
    this.transport = new Transport({ server: plane.url, token });
  }

  static async join(t: Teardown, plane: Plane, name: string, options: { engine?: string } = {}): Promise<HandAgent> {
    const { token } = await plane.as('join').transport.json<{ token: string }>({ method: 'POST', path: agentPaths.join, body: { name } });
    return HandAgent.with(t, plane, name, token, options);
  }

  static async with(t: Teardown, plane: Plane, name: string, token: string, options: { engine?: string } = {}): Promise<HandAgent> {
    const agent = new HandAgent(plane, name, token, options);
    t.teardown(() => agent.transport.close());
    await agent.beat();
    return agent;
  }

  beat(running: string[] = []): Promise<HeartbeatAnswer> {
    const status = { abilities: ['terraform'], engine: this.engine, host: '127.0.0.1', versions: { tofu: '1.12.6' } };
    return this.post(agentPaths.heartbeat(this.name), { session: this.session, counter: ++this.#counter, running, status });
  }

  claim(job: Job, epoch = job.status?.epoch ?? 0, attempt?: number): Promise<ClaimAnswer> {
    return this.post(agentPaths.claim(job.metadata.namespace!, job.metadata.name), { epoch, session: this.session, attempt });
  }

  finish(job: Job, end: FinishRequest): Promise<object> {
    return this.post(agentPaths.finish(job.metadata.namespace!, job.metadata.name), end);
  }

  log(job: Job, offset: number, text: string): Promise<{ bytes: number }> {
    return this.transport.json({ method: 'POST', path: agentPaths.log(job.metadata.namespace!, job.metadata.name), query: { offset }, body: Buffer.from(text), contentType: 'text/plain' });
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.transport.json({ method: 'POST', path, body });
  }
}

export function createService(plane: Plane, name: string, spec: Partial<ServiceSpec> = {}): Promise<Service> {
  const service = { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { template: 'note', ...spec } };
  return plane.as('admin').services.create(service as Service);
}

/** What the reconciler does: a revision and a job of the service as it stands, in one commit. */
export async function createJob(plane: Plane, service: string, type: JobSpec['type'] = 'Apply'): Promise<Job> {
  const client = plane.as('reconciler');
  const now = await client.services.get(service, 'default');
  const template = await client.templates.get(now.spec.template);
  const generation = now.metadata.generation!;
  const revision = `${service}-${generation}`;
  const name = `${service}-${type.toLowerCase()}-${generation}-${randomUUID().slice(0, 6)}`;
  const head = { apiVersion: 'spawnit.dev/v1' };
  const serviceUid = now.metadata.uid!;
  const { module } = template.spec;
  const known = await client.revisions.list({ namespace: 'default' });
  const spec = { service, serviceUid, type, generation, revision, module, trigger: 'Create' };
  const revisionSpec = { service, serviceUid, generation, templateVersion: template.metadata.resourceVersion, module, moduleRoot: 'note', defaults: defaultsOf(template.spec.parameters), serviceSpec: now.spec };
  await client.commit([
    ...(known.items.some((r: Revision) => r.metadata.name === revision) ? [] : [{ verb: 'create' as const, object: { ...head, kind: 'Revision', metadata: { name: revision, namespace: 'default' }, spec: revisionSpec } }]),
    { verb: 'create', object: { ...head, kind: 'Job', metadata: { name, namespace: 'default' }, spec } },
    { verb: 'updateStatus', object: bare({ ...now, status: { ...now.status, activeJob: name } }) },
  ]);
  return client.jobs.get(name, 'default');
}

/** What the scheduler does: the assignment, which raises the epoch. */
export async function assign(plane: Plane, job: Job, agent: Pick<HandAgent, 'name' | 'engine'>): Promise<Job> {
  const client = plane.as('scheduler');
  const now = await client.jobs.get(job.metadata.name, 'default');
  const service = await client.services.get(job.spec.service, 'default');
  const epoch = (service.status?.epoch ?? 0) + 1;
  await client.commit([
    { verb: 'updateStatus', object: bare({ ...now, status: { ...now.status, phase: 'Assigned', node: agent.name, epoch, assignedTime: new Date().toISOString() } }) },
    { verb: 'updateStatus', object: bare({ ...service, status: { ...service.status, node: agent.name, engine: agent.engine, epoch } }) },
  ]);
  return client.jobs.get(job.metadata.name, 'default');
}

/** A service whose job the agent has claimed. */
export async function running(plane: Plane, agent: HandAgent, name: string, options: { spec?: Partial<ServiceSpec>; type?: JobSpec['type'] } = {}): Promise<{ job: Job; claim: ClaimAnswer }> {
  await createService(plane, name, options.spec).catch((error: { code?: string }) => {
    if (error.code !== 'AlreadyExists') throw error;
  });
  const job = await assign(plane, await createJob(plane, name, options.type), agent);
  return { job, claim: await agent.claim(job) };
}

/** What the reconciler does after a job has ended. */
export async function settle(plane: Plane, service: string, status: object = {}): Promise<void> {
  const client = plane.as('reconciler');
  const now = await client.services.get(service, 'default');
  const { activeJob: _over, ...rest } = now.status ?? {};
  await client.services.replaceStatus({ ...now, status: { ...rest, ...status } } as Service);
}

function bare(object: Resource): never {
  return object as never;
}
