import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** One process of the star: what is run, with which settings. */
export interface ProgramPlan {
  name: string;
  /** Built entry file. */
  entry: string;
  env: Record<string, string>;
}

/** Where the apiserver keeps its records. */
export type StoreChoice = { driver: 'files' } | { driver: 's3'; endpoint: string; bucket: string; region: string; accessKeyId: string; secretAccessKey: string };

export interface AgentPlan {
  name: string;
  /** Address of the engine it works on, such as unix:///var/run/docker.sock. */
  dockerHost: string;
  /** Where published ports of that engine are reached. */
  advertiseHost?: string;
  labels?: string;
  slots?: number;
}

/** What tofu is run with. */
export interface TofuPlan {
  path: string;
  cliConfig: string;
}

export const checkout = fileURLToPath(new URL('../../../../../', import.meta.url));

export function apiserverPlan(dataDir: string, port: number, store: StoreChoice, name = 'apiserver'): ProgramPlan {
  return {
    name,
    entry: entryOf('apiserver'),
    env: {
      SPAWNIT_PORT: String(port),
      SPAWNIT_DATA_DIR: join(dataDir, 'apiserver'),
      SPAWNIT_CATALOGUE_DIR: join(checkout, 'modules'),
      SPAWNIT_STORE: store.driver,
      ...(store.driver === 's3' && s3Env(store)),
    },
  };
}

export const controllers = ['reconciler', 'scheduler', 'drift-controller'] as const;
export type ControllerName = (typeof controllers)[number];

/** Started again, an instance need not wait for its former self. */
export function controllerPlan(name: ControllerName, dataDir: string, server: string, instance = hostname()): ProgramPlan {
  return { name, entry: entryOf(name), env: { SPAWNIT_SERVER: server, SPAWNIT_TOKEN_FILE: tokenFile(dataDir, name), SPAWNIT_INSTANCE: instance } };
}

export function agentPlan(agent: AgentPlan, dataDir: string, server: string, tofu: TofuPlan): ProgramPlan {
  return {
    name: agent.name,
    entry: entryOf('worker-agent'),
    env: {
      SPAWNIT_SERVER: server,
      SPAWNIT_NODE_NAME: agent.name,
      SPAWNIT_JOIN_TOKEN_FILE: tokenFile(dataDir, 'join'),
      SPAWNIT_DATA_DIR: join(dataDir, 'agents', agent.name),
      SPAWNIT_DOCKER_HOST: agent.dockerHost,
      SPAWNIT_ADVERTISE_HOST: agent.advertiseHost ?? '127.0.0.1',
      SPAWNIT_TOFU: tofu.path,
      SPAWNIT_TOFU_CLI_CONFIG: tofu.cliConfig,
      ...(agent.labels !== undefined && { SPAWNIT_LABELS: agent.labels }),
      ...(agent.slots !== undefined && { SPAWNIT_SLOTS: String(agent.slots) }),
    },
  };
}

export function tokenFile(dataDir: string, name: ControllerName | 'admin' | 'join'): string {
  return join(dataDir, 'apiserver', 'tokens', name);
}

export function kubeconfigFile(dataDir: string): string {
  return join(dataDir, 'apiserver', 'kubeconfig');
}

function entryOf(workspace: string): string {
  return join(checkout, workspace, 'dist', 'src', 'main.js');
}

function s3Env(store: Extract<StoreChoice, { driver: 's3' }>): Record<string, string> {
  return {
    SPAWNIT_S3_ENDPOINT: store.endpoint,
    SPAWNIT_S3_BUCKET: store.bucket,
    SPAWNIT_S3_REGION: store.region,
    AWS_ACCESS_KEY_ID: store.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
  };
}
