import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { helloImage } from '@spawnit/local';
import { docker, tempDir } from '@spawnit/testkit';
import t from 'tap';
import { providersOf } from '../../src/drift/providers.js';
import { fingerprint } from '../../src/provider/fingerprint.js';
import { ProviderPool } from '../../src/provider/pool.js';
import { Recording, type RecordedRead } from '../../src/provider/recording.js';
import { agentConfig } from '../deployment.js';

t.setTimeout(900_000);

const boxes = 10;
const rounds = 20;
const seed = Number(process.argv[2] ?? 1);

/** By the address of a resource: what a plan would do with it. */
type Actions = Map<string, string>;
interface Plan {
  actions: Actions;
  reads: RecordedRead[];
}

/** Source: mulberry32, public domain. */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function moduleOf(prefix: string): string {
  return `
terraform {
  required_providers {
    docker = { source = "kreuzwerker/docker" }
  }
}
resource "docker_volume" "data" {
  count = ${boxes}
  name  = "${prefix}-data-\${count.index}"
}
resource "docker_container" "box" {
  count                 = ${boxes}
  name                  = "${prefix}-box-\${count.index}"
  image                 = "${helloImage}"
  memory                = 64
  memory_swap           = -1
  cpu_shares            = 512
  destroy_grace_seconds = 0
  volumes {
    volume_name    = docker_volume.data[count.index].name
    container_path = "/data"
  }
}`;
}

/** What people do to a box. Some of it can't be done as the box stands, which is part of the mix. */
const deeds: ((box: string, network: string) => string[])[] = [
  (box) => ['stop', '--time', '0', box],
  (box) => ['start', box],
  (box) => ['restart', '--time', '0', box],
  (box) => ['kill', box],
  (box) => ['pause', box],
  (box) => ['unpause', box],
  (box) => ['update', '--memory', '96m', '--memory-swap', '-1', box],
  (box) => ['update', '--memory', '64m', '--memory-swap', '-1', box],
  (box) => ['update', '--cpu-shares', '256', box],
  (box) => ['update', '--cpu-shares', '512', box],
  (box) => ['update', '--restart', 'always', box],
  (box) => ['update', '--restart', 'no', box],
  (box, network) => ['network', 'connect', network, box],
  (box, network) => ['network', 'disconnect', network, box],
  (box) => ['rename', box, `${box}-away`],
  (box) => ['rename', `${box}-away`, box],
  (box) => ['exec', box, '/bin/busybox', 'touch', '/data/by-hand'],
  (box) => ['rm', '--force', box],
];

t.test(`in ${boxes * rounds} random mixes of changes by hand (seed ${seed}), what reads the same is planned the same`, async (t) => {
  const dir = tempDir(t);
  const prefix = `mix-${randomUUID().slice(0, 8)}`;
  const config = agentConfig(t, 'http://unused');
  const env = { ...config.tofuEnvironment.common, TF_CLI_CONFIG_FILE: config.tofuCliConfig!, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
  const tofu = async (args: string[], more: Record<string, string> = {}) => (await promisify(execFile)(config.tofu, args, { cwd: dir, env: { ...env, ...more }, maxBuffer: 64 * 1024 * 1024 })).stdout;
  const plan = async (more?: Record<string, string>) => {
    await tofu(['plan', '-input=false', '-no-color', '-out=plan'], more);
    return actionsOf(await tofu(['show', '-json', 'plan'], more));
  };
  t.teardown(async () => {
    const names = Array.from({ length: boxes }, (_, i) => [`${prefix}-box-${i}`, `${prefix}-box-${i}-away`]).flat();
    for (const name of names) await docker(['rm', '--force', name]).catch(() => undefined);
    await docker(['volume', 'rm', '--force', ...Array.from({ length: boxes }, (_, i) => `${prefix}-data-${i}`)]);
    await docker(['network', 'rm', `${prefix}-net`]);
  });
  await docker(['network', 'create', `${prefix}-net`]);
  writeFileSync(join(dir, 'main.tf'), moduleOf(prefix));
  await tofu(['init', '-input=false', '-no-color']);
  await tofu(['apply', '-input=false', '-no-color', '-auto-approve']);

  const pool = new ProviderPool({ environment: () => config.tofuEnvironment.common, socketDir: dir, clock: () => performance.now(), onFailure: (_kind, failure) => t.fail(failure.message) });
  t.teardown(() => pool.close());
  const kinds = await providersOf(dir, 'Engine');
  const recordedPlan = async (id: string): Promise<Plan> => {
    const recording = await Recording.start({ pool, providers: await Promise.all(kinds.map(async (kind) => ({ kind, protocol: await pool.protocolOf(kind) }))), dir, id });
    try {
      const actions = await plan(recording.environment);
      t.equal(recording.recorded.incomplete, undefined);
      return { actions, reads: recording.recorded.reads };
    } finally {
      await recording.close();
    }
  };

  const random = randomFrom(seed);
  let last = await recordedPlan('r');
  const seen = { mixes: 0, sameReads: 0, otherPlans: 0 };
  for (let round = 0; round < rounds; round++) {
    const mixes = Array.from({ length: boxes }, (_, i) => Array.from({ length: random(4) }, () => deeds[random(deeds.length)]!(`${prefix}-box-${i}`, `${prefix}-net`)));
    await Promise.all(mixes.map(async (mix) => {
      for (const deed of mix) await docker(deed).catch(() => undefined);
    }));
    const different = await readOtherwise(pool, last.reads);
    const usual = await plan();
    const next = await recordedPlan(`r${round}`);
    t.same([...next.actions], [...usual], `round ${round}: a plan with warm providers is a usual plan`);
    for (const [address, action] of usual) {
      const reads = last.reads.filter((read) => isAbout(read, address, prefix));
      t.equal(reads.length, 1, address);
      seen.mixes += address.startsWith('docker_container') ? 1 : 0;
      seen.otherPlans += action === last.actions.get(address) ? 0 : 1;
      if (different.has(reads[0]!)) continue;
      seen.sameReads += 1;
      if (action !== last.actions.get(address)) t.fail(`round ${round}: ${address} reads as before and is planned otherwise: ${last.actions.get(address)}, now ${action}`, { mix: mixes[Number(/\d+/.exec(address))] });
    }
    last = next;
  }
  t.equal(seen.mixes, boxes * rounds);
  t.ok(seen.otherPlans > 20 && seen.sameReads > 100, JSON.stringify(seen));
  t.comment(JSON.stringify(seen));
});

async function readOtherwise(pool: ProviderPool, reads: RecordedRead[]): Promise<Set<RecordedRead>> {
  const answers = await Promise.all(
    reads.map(async ({ configuration: { kind, method, request: configure }, method: read, request }) => {
      const configured = await pool.configured(kind, method, configure);
      return fingerprint(await pool.use(configured, (provider) => provider.call(read, request)));
    }),
  );
  return new Set(reads.filter((read, i) => read.answer !== answers[i]));
}

/** A resource's whole change, by its address. The provider lists a container's networks in any order, in usual plans as well. */
function actionsOf(shown: string): Actions {
  const { resource_changes: changes } = JSON.parse(shown) as { resource_changes: { address: string; change: { actions: string[]; before: unknown; after: { network_data?: { network_name: string }[] } | null } }[] };
  for (const { change } of changes) change.after?.network_data?.sort((a, b) => (a.network_name < b.network_name ? -1 : 1));
  return new Map(changes.map(({ address, change: { actions, after } }) => [address, `${actions.join()} ${actions[0] === 'no-op' ? '' : JSON.stringify(after)}`] as const).sort());
}

function isAbout({ request }: RecordedRead, address: string, prefix: string): boolean {
  const [, type, index] = /^docker_(\w+)\.\w+\[(\d+)\]$/.exec(address)!;
  const [own, other] = type === 'volume' ? [`${prefix}-data-${index}`, `${prefix}-box-`] : [`${prefix}-box-${index}`, undefined];
  const text = request.toString('latin1');
  return text.includes(own) && (other === undefined || !text.includes(other));
}
