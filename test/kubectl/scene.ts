import type { Client, Condition, Resource, Service } from '@spawnit/contract';
import { toolPath } from '@spawnit/local';
import { startApiserver, tempDir, type Teardown } from '@spawnit/testkit';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { stringify } from 'yaml';
import { Kubectl } from './kubectl.js';

export interface Scene {
  k: Kubectl;
  admin: Client;
  reconciler: Client;
  /** Minor version of the kubectl. */
  minor: number;
  /** Writes manifests into one file, and gives its path. */
  file(name: string, ...objects: object[]): string;
}

/** A verb of kubectl or a flag of it, and how it is shown to work. */
export interface Case {
  /** As it stands in docs/kubectl-compat.md. */
  verb: string;
  /** Minor version of kubectl that it came with. */
  since?: number;
  run(t: Test, scene: Scene): Promise<unknown>;
}

/** An older one, which may be the machine's own, and a current one. */
export const clients = [toolPath('kubectl'), toolPath('kubectl-current')].map((path) => ({ path, minor: minorOf(path) }));

/** A real apiserver process with its own catalogue, and nothing behind it: what controllers do is done by hand. */
export async function openScene(t: Teardown, { path, minor }: (typeof clients)[number]): Promise<Scene> {
  const api = await startApiserver(t);
  const dir = tempDir(t);
  const k = new Kubectl(path, join(api.dataDir, 'kubeconfig'), join(dir, 'home'));
  const file = (name: string, ...objects: object[]) => {
    const at = join(dir, name);
    writeFileSync(at, objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'));
    return at;
  };
  return { k, admin: api.client('admin'), reconciler: api.client('reconciler'), minor, file };
}

/** As the program itself says; packagers write it as `20+`, too. */
function minorOf(path: string): number {
  const said = JSON.parse(execFileSync(path, ['version', '--client', '--output', 'json'], { encoding: 'utf8' })) as { clientVersion: { minor: string } };
  return Number.parseInt(said.clientVersion.minor, 10);
}

type SpecInput = Omit<Partial<Service['spec']>, 'drift' | 'placement'> & Record<string, unknown>;

/** A service of the catalogue that needs nothing else. */
export function service(name: string, spec: SpecInput = {}, metadata: Partial<Resource['metadata']> = {}): Service {
  return { apiVersion: 'spawnit.dev/v1', kind: 'Service', metadata: { name, namespace: 'default', ...metadata }, spec: { template: 'docker-network', ...spec } } as unknown as Service;
}

/** As the reconciler would say it. */
export function readyStatus(generation = 1): { status: Partial<Service['status'] & object> } {
  const ready: Condition = { type: 'Ready', status: 'True', reason: 'Test', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
  return { status: { observedGeneration: generation, phase: 'Ready', conditions: [ready] } };
}
