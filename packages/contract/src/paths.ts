import type { KindDefinition } from './kinds/kind.js';

const part = encodeURIComponent;

/** Path of a collection; all namespaces when `namespace` is undefined and the kind is namespaced. */
export function collectionPath(kind: Pick<KindDefinition, 'group' | 'plural' | 'namespaced'>, namespace?: string): string {
  const base = kind.group === '' ? '/api/v1' : `/apis/${kind.group}/v1`;
  return kind.namespaced && namespace !== undefined ? `${base}/namespaces/${part(namespace)}/${kind.plural}` : `${base}/${kind.plural}`;
}

export function resourcePath(kind: Pick<KindDefinition, 'group' | 'plural' | 'namespaced'>, name: string, namespace?: string, subresource?: string): string {
  return `${collectionPath(kind, namespace)}/${part(name)}${subresource ? `/${subresource}` : ''}`;
}

export const agentPaths = {
  join: '/agent/v1/join',
  heartbeat: (node: string) => `/agent/v1/nodes/${part(node)}/heartbeat`,
  checks: (node: string) => `/agent/v1/nodes/${part(node)}/checks`,
  checkResult: (node: string, id: string) => `/agent/v1/nodes/${part(node)}/checks/${part(id)}`,
  suspicions: (node: string) => `/agent/v1/nodes/${part(node)}/suspicions`,
  /** All agents' suspicions as a stream, for the drift controller. */
  allSuspicions: '/agent/v1/suspicions',
  inventory: (node: string) => `/agent/v1/nodes/${part(node)}/inventory`,
  claim: (namespace: string, job: string) => `/agent/v1/jobs/${part(namespace)}/${part(job)}/claim`,
  progress: (namespace: string, job: string) => `/agent/v1/jobs/${part(namespace)}/${part(job)}/progress`,
  log: (namespace: string, job: string) => `/agent/v1/jobs/${part(namespace)}/${part(job)}/log`,
  finish: (namespace: string, job: string) => `/agent/v1/jobs/${part(namespace)}/${part(job)}/finish`,
  bundle: (module: string) => `/agent/v1/modules/${part(module)}/bundle`,
  state: (namespace: string, service: string) => `/state/v1/${part(namespace)}/${part(service)}`,
  recoverState: (namespace: string, service: string) => `/state/v1/${part(namespace)}/${part(service)}/recover`,
} as const;

/** Several writes in one commit, for controllers. */
export const commitsPath = '/apis/spawnit.dev/v1/commits';

/** Backup and restore, for admins. */
export const adminPaths = {
  restore: '/apis/spawnit.dev/v1/restore',
  sweepUnknown: '/apis/spawnit.dev/v1/restore/sweep-unknown',
  history: '/apis/spawnit.dev/v1/history',
  backups: '/apis/spawnit.dev/v1/backups',
  tokens: '/apis/spawnit.dev/v1/tokens',
  keys: '/apis/spawnit.dev/v1/keys',
  /** GET tells the format that is written; POST raises it to the newest. */
  format: '/apis/spawnit.dev/v1/format',
  rotateKey: '/apis/spawnit.dev/v1/keys/rotate',
  rotateRoot: '/apis/spawnit.dev/v1/keys/rotate-root',
  retireRoot: '/apis/spawnit.dev/v1/keys/retire-root',
} as const;
