import { Client, condition, type Job, type Service } from '@spawnit/contract';
import { ensureProviders, helloImage, Star, toolPath, type AgentPlan, type StoreChoice } from '@spawnit/local';
import { docker, freePort, tempDir, waitFor, type Minio } from '@spawnit/testkit';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The machine's own engine. */
export const machineEngine = 'unix:///var/run/docker.sock';

interface Test {
  teardown(handler: () => unknown): void;
  comment(...words: unknown[]): void;
  passing(): boolean;
}

export interface SceneOptions {
  agents?: AgentPlan[];
  store?: StoreChoice;
  apiserverEnv?: Record<string, string>;
  /** Path of the tofu that agents run; the real one unless told. */
  tofu?: string;
}

/** A whole star of real processes, with its own data, its own namespace and a client. */
export interface Scene {
  star: Star;
  client: Client;
  namespace: string;
  /** Posts a web server of the hello image and gives its name; `port` is its host port. */
  post(name: string, port: number, spec?: Partial<Service['spec']>): Promise<Service>;
  service(name: string): Promise<Service>;
  /** Waits until the service's phase is one of these; the error tells the conditions. */
  phase(name: string, ...phases: string[]): Promise<Service>;
  answers(port: number): Promise<void>;
  containers(name: string, host?: string): Promise<string[]>;
  jobs(name: string): Promise<Job[]>;
  /** Everything that the store keeps of a service's states, as `terraform.tfstate/{serial}-{epoch}-…` and `evidence/…`. With the files store only. */
  stored(name: string): string[];
  /** Workdirs that an agent keeps. */
  workdirs(agent: string): string[];
}

let scenes = 0;

export const twoAgents: AgentPlan[] = [
  { name: 'agent-1', dockerHost: machineEngine },
  { name: 'agent-2', dockerHost: machineEngine },
];

export async function openScene(t: Test, { agents = twoAgents, store = { driver: 'files' }, apiserverEnv, tofu = toolPath('opentofu') }: SceneOptions = {}): Promise<Scene> {
  const dataDir = tempDir(t);
  const { cliConfigFile } = await ensureProviders();
  const star = new Star({ dataDir, port: await freePort(), store, apiserverEnv, agents, tofu: { path: tofu, cliConfig: cliConfigFile } });
  const namespace = `e2e-${process.pid}-${++scenes}`;
  t.teardown(async () => {
    if (!t.passing()) for (const name of star.names) t.comment(`--- ${name}\n${star.process(name).tail(40)}`);
    await star.stop();
    await sweep(namespace);
  });
  await star.start();
  const client = new Client({ server: star.server, token: star.adminToken });
  t.teardown(() => client.close());
  await client.namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return makeScene(star, client, namespace, dataDir);
}

/** A bucket of its own on a MinIO. */
export function bucketOf(minio: Minio): StoreChoice {
  return { driver: 's3', endpoint: minio.endpoint, bucket: 'e2e', region: minio.region, accessKeyId: minio.accessKey, secretAccessKey: minio.secretKey };
}

function makeScene(star: Star, client: Client, namespace: string, dataDir: string): Scene {
  const service = (name: string) => client.services.get(name, namespace);
  return {
    star,
    client,
    namespace,
    service,
    post: (name, port, spec) => client.services.create(webServer(name, namespace, port, spec)),
    phase: (name, ...phases) => phaseOf(() => service(name), name, phases),
    answers,
    containers: (name, host) => containersOf(namespace, name, host),
    jobs: async (name) => (await client.jobs.list({ namespace, fieldSelector: `spec.service=${name}` })).items,
    stored: (name) => filesBelow(join(dataDir, 'apiserver', 'store', 'objects', 'clients', namespace, name)),
    workdirs: (agent) => listDir(join(dataDir, 'agents', agent, 'workdirs', 'services')),
  };
}

export function webServer(name: string, namespace: string, port: number, spec: Partial<Service['spec']> = {}): Service {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      template: 'web-server',
      parameters: { image: helloImage, container_port: 8080, document_root: '/www', index_html: `<h1>${name}</h1>`, port },
      ...spec,
    } as Service['spec'],
  };
}

async function phaseOf(read: () => Promise<Service>, name: string, phases: string[]): Promise<Service> {
  let last: Service | undefined;
  const look = async () => {
    last = await read();
    return phases.includes(last.status?.phase ?? '') && last.status?.observedGeneration === last.metadata.generation ? last : undefined;
  };
  return waitFor(look, { what: `${name} to be ${phases.join(' or ')}`, everyMs: 100 }).catch((error: Error) => {
    throw new Error(`${error.message.slice(0, 200)}\nphase ${last?.status?.phase}: ${JSON.stringify(last?.status?.conditions, null, 1)}`, { cause: error });
  });
}

export function readyReason(service: Service): string | undefined {
  return condition(service, 'Ready')?.reason;
}

async function answers(port: number): Promise<void> {
  const look = async () => (await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) })).ok;
  await waitFor(look, { what: `port ${port} to answer`, everyMs: 100 });
}

async function containersOf(namespace: string, name: string, host?: string): Promise<string[]> {
  const filters = [`label=spawnit.dev/namespace=${namespace}`, `label=spawnit.dev/service=${name}`].flatMap((f) => ['--filter', f]);
  const out = await docker(['ps', '--all', '--quiet', '--no-trunc', ...filters], host);
  return out.split('\n').filter((line) => line !== '');
}

function listDir(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}

function filesBelow(dir: string): string[] {
  const entries = existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }) : [];
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name)));
}

/** What a failed test may have left on the machine's engine. */
async function sweep(namespace: string): Promise<void> {
  for (const [kind, remove] of [['ps --all --quiet', 'rm --force --volumes'], ['volume ls --quiet', 'volume rm --force'], ['network ls --quiet', 'network rm']] as const) {
    const ids = await docker([...kind.split(' '), '--filter', `label=spawnit.dev/namespace=${namespace}`]);
    const found = ids.split('\n').filter((id) => id !== '');
    if (found.length > 0) await docker([...remove.split(' '), ...found]).catch(() => undefined);
  }
}
