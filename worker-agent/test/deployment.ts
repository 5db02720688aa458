import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClaimAnswer, Job, ModuleBundle, RunInputs } from '@spawnit/contract';
import { cacheRoot, helloImage, toolPath } from '@spawnit/local';
import { docker, freePort, tempDir, waitFor, type Teardown } from '@spawnit/testkit';
import type { AgentConfig } from '../src/config.js';
import { defaultTimes, tofuEnvironment } from '../src/config.js';
import { digestOf } from '../src/workdir/bundle.js';
import type { ApiserverStandIn } from './stand-ins/apiserver-stand-in.js';

const modules = fileURLToPath(new URL('../../../modules/docker', import.meta.url));

/** The real module of the catalogue as a bundle. */
export function moduleBundle(name = 'instance'): ModuleBundle {
  const files = readdirSync(join(modules, name)).filter((file) => file.endsWith('.tf'));
  return { root: name, files: Object.fromEntries(files.map((file) => [`${name}/${file}`, readFileSync(join(modules, name, file), 'utf8')])) };
}

/** A module whose only resource takes its time: a real container that is made to wait for by the provider. */
export function slowBundle(seconds: number): ModuleBundle {
  const main = `
variable "spawnit" {
  type = object({ cluster = string, namespace = string, service = string, uid = string })
}
terraform {
  required_providers {
    docker = { source = "kreuzwerker/docker" }
  }
}
resource "docker_volume" "second" {
  name       = "\${var.spawnit.namespace}.second"
  depends_on = [docker_container.first]
  labels {
    label = "spawnit.dev/namespace"
    value = var.spawnit.namespace
  }
}
resource "docker_container" "first" {
  name     = "\${var.spawnit.namespace}.first"
  image    = "${helloImage}"
  command  = ["/bin/busybox", "sleep", "${seconds}"]
  attach   = true
  must_run = false
  dynamic "labels" {
    for_each = { "spawnit.dev/managed" = "true", "spawnit.dev/cluster" = var.spawnit.cluster, "spawnit.dev/namespace" = var.spawnit.namespace, "spawnit.dev/uid" = var.spawnit.uid }
    content {
      label = labels.key
      value = labels.value
    }
  }
}`;
  return { root: '.', files: { 'main.tf': main } };
}

/** The settings of an agent that uses this machine's engine and tools. */
export function agentConfig(t: Teardown, server: string, changed: Partial<AgentConfig> = {}): AgentConfig {
  const dataDir = tempDir(t);
  const tofuCliConfig = join(dataDir, 'tofu.rc');
  writeFileSync(tofuCliConfig, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(join(cacheRoot(), 'providers'))}\n  }\n}\n`);
  return {
    server,
    node: 'n1',
    joinToken: 'join-token',
    dataDir,
    labels: {},
    slots: 2,
    engineSocket: '/var/run/docker.sock',
    tofu: toolPath('opentofu'),
    tofuCliConfig,
    advertiseHost: '127.0.0.1',
    warmProviders: true,
    logLevel: 'info',
    times: defaultTimes,
    tofuEnvironment: tofuEnvironment(process.env),
    ...changed,
  };
}

/** A service of its own namespace, which leaves nothing behind on the engine. */
export async function serviceFor(t: Teardown, api: ApiserverStandIn, changed: Partial<RunInputs> = {}, bundle = moduleBundle()): Promise<RunInputs & { port: number }> {
  const namespace = `t${randomUUID().slice(0, 8)}`;
  const service = 'hello';
  const port = await freePort();
  const digest = digestOf(bundle);
  api.bundles.set(digest, bundle);
  t.teardown(() => clearNamespace(namespace));
  return {
    cluster: api.cluster,
    namespace,
    service,
    serviceUid: randomUUID(),
    epoch: 1,
    generation: 1,
    module: digest,
    root: bundle.root,
    binding: 'Engine',
    provider: 'docker',
    variables: { image: helloImage, ports: [{ internal: 8080, external: port }], stop_grace_s: 1 },
    secret: {},
    inputs: {},
    ignoreFields: [],
    outputs: {},
    state: { address: `${api.url}/state/v1/${namespace}/${service}`, username: 'job', password: 'run-password-of-the-test' },
    port,
    ...changed,
  };
}

export function jobFor(inputs: RunInputs, type: ClaimAnswer['type'] = 'Apply', name = `hello-${type.toLowerCase()}-${randomUUID().slice(0, 6)}`): Job {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Job',
    metadata: { name, namespace: inputs.namespace },
    spec: { service: inputs.service, serviceUid: inputs.serviceUid, type, generation: 1, revision: 'r1', module: inputs.module, trigger: 'Create', cancel: false },
    status: { phase: 'Assigned', node: 'n1', epoch: inputs.epoch, assignedTime: '2026-01-01T00:00:00Z' },
  };
}

/** Assigns a job and waits for how it ended. */
export async function runJob(api: ApiserverStandIn, inputs: RunInputs, type: ClaimAnswer['type'], more: Partial<ClaimAnswer> = {}) {
  const job = jobFor(inputs, type);
  const key = `${job.metadata.namespace}/${job.metadata.name}`;
  const state = api.states.get(`${inputs.namespace}/${inputs.service}`);
  api.assign(job, { type, inputs: { ...inputs, state: { ...inputs.state, ...(state && { serial: 1, resources: realThings(state.text) }) } }, ...more });
  const finish = await waitFor(() => api.finished.get(key), { what: `${key} to be finished` });
  return { key, finish, log: api.logs.get(key)?.toString() ?? '' };
}

function realThings(state: string): number {
  const { resources } = JSON.parse(state) as { resources: { mode: string; instances: unknown[] }[] };
  return resources.filter(({ mode }) => mode === 'managed').reduce((sum, { instances }) => sum + instances.length, 0);
}

async function clearNamespace(namespace: string): Promise<void> {
  const filter = ['--filter', `label=spawnit.dev/namespace=${namespace}`, '--quiet'];
  for (const [list, remove] of [
    [['ps', '--all', ...filter], ['rm', '--force', '--volumes']],
    [['network', 'ls', ...filter], ['network', 'rm']],
    [['volume', 'ls', ...filter], ['volume', 'rm']],
  ] as const) {
    const ids = (await docker([...list])).split('\n').filter((id) => id !== '');
    if (ids.length > 0) await docker([...remove, ...ids]);
  }
}
