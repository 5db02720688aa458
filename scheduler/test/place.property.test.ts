import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { condition, type JobSpec, type Node, type Service } from '@spawnit/contract';
import { assignOps } from '../src/assign.js';
import { Cluster, type Snapshot } from '../src/cluster.js';
import { place } from '../src/place.js';
import { aJob, aNode, aService, now, snapshotOf, standingOn, templates } from './builders.js';

const names = ['n1', 'n2', 'n3', 'n4'];
const engines = ['E1', 'E1', 'E2', 'E2', undefined];
/** Mostly as it should be, so that several things that matter come together. */
const seldom = fc.constantFrom(true, false, false, false, false);
const often = seldom.map((each) => !each);
const taints = fc.tuple(seldom, seldom).map(([schedule, execute]) => allTaints.filter((_, i) => [schedule, execute][i]));
const allTaints = [
  { key: 'k', effect: 'NoSchedule' as const },
  { key: 'k', effect: 'NoExecute' as const },
];

const nodeOf = (name: string) =>
  fc
    .record({ ready: often, unschedulable: seldom, drain: seldom, slots: fc.integer({ min: 1, max: 2 }), taints, labels: fc.constantFrom<Record<string, string>>({}, { disk: 'ssd' }), engine: fc.constantFrom(...engines), able: often })
    .map(({ engine, able, ...rest }) => aNode(name, { ...rest, status: { engine, abilities: able ? ['docker', 'aws'] : ['docker'] } }));

const serviceOf = (name: string) =>
  fc
    .record({
      template: fc.constantFrom('web', 'db', 'cloud'),
      port: fc.constantFrom(undefined, 80, 81),
      dependsOn: fc.subarray(['s1', 's2']).map((all) => all.filter((each) => each !== name)),
      selective: seldom,
      tolerant: fc.boolean(),
      placed: fc.constantFrom<string | undefined>(undefined, ...names),
      engine: fc.constantFrom('E1', 'E2'),
      applied: fc.boolean(),
    })
    .map(({ template, port, dependsOn, selective, tolerant, placed, engine, applied }) => {
      const nodeSelector: Record<string, string> = selective ? { disk: 'ssd' } : {};
      const placement = { nodeSelector, tolerations: tolerant ? [{ key: 'k', operator: 'Exists' as const }] : [] };
      const standing = standingOn(placed ?? '', template === 'cloud' ? '' : engine);
      const status = placed ? { ...standing, engine: template === 'cloud' ? undefined : engine, applied: applied ? standing.applied : undefined } : {};
      return aService(name, { spec: { template, parameters: port ? { port } : {}, dependsOn, placement }, status });
    });

const snapshots: fc.Arbitrary<Snapshot> = fc
  .tuple(fc.tuple(...names.map(nodeOf)), fc.tuple(...['s1', 's2', 's3', 's4'].map(serviceOf)), fc.array(fc.constantFrom(...names), { maxLength: 4 }), fc.integer({ min: 0, max: 4 }))
  .map(([nodes, services, running, size]) => {
    const jobs = running.map((node, i) => aJob(services[i]!, { name: `running-${i}`, status: { phase: 'Running', node } }));
    return snapshotOf({ nodes: nodes.slice(0, size), services, jobs });
  });
const types = fc.constantFrom<JobSpec['type']>('Plan', 'Apply', 'Destroy');
const runs = { numRuns: 10_000 };

function answer(snapshot: Snapshot, type: JobSpec['type']) {
  const service = snapshot.services[0]!;
  return place({ job: { type }, service, template: templateOf(service) }, new Cluster(snapshot));
}
function templateOf(service: Service) {
  return templates.find((each) => each.metadata.name === service.spec.template)!;
}

t.test('the answer does not hang on the order in which things are listed', async () => {
  fc.assert(
    fc.property(snapshots, types, (snapshot, type) => {
      const turned = { ...snapshot, nodes: [...snapshot.nodes].reverse(), services: [...snapshot.services], jobs: [...snapshot.jobs].reverse() };
      return isDeepStrictEqual(answer(turned, type), answer(snapshot, type));
    }),
    runs,
  );
});

t.test('a job is placed exactly when some node may take it, and then on such a node', async () => {
  fc.assert(
    fc.property(snapshots, types, (snapshot, type) => {
      const got = answer(snapshot, type);
      const able = snapshot.nodes.filter((node) => mayTake(node, snapshot, type)).map((node) => node.metadata.name);
      return 'node' in got ? able.includes(got.node) : able.length === 0;
    }),
    runs,
  );
});

t.test('the counts of a message add up to the number of nodes', async () => {
  fc.assert(
    fc.property(snapshots, types, (snapshot, type) => {
      const got = answer(snapshot, type);
      if ('node' in got || snapshot.nodes.length === 0) return true;
      const [, total, reasons] = /^0\/(\d+) nodes can take it: ([^;]*)/.exec(got.message)!;
      const counted = reasons!.split(', ').map((each) => Number(/^(\d+) /.exec(each)?.[1] ?? 0));
      return Number(total) === snapshot.nodes.length && counted.reduce((a, b) => a + b, 0) === snapshot.nodes.length;
    }),
    runs,
  );
});

t.test('placing many after one another never overfills a node nor gives a host port twice on one engine', async () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const cluster = new Cluster(snapshot);
      const used = new Map<string, number>();
      for (const job of snapshot.jobs) used.set(job.status!.node!, (used.get(job.status!.node!) ?? 0) + 1);
      const standing = new Map(snapshot.services.map((each) => [each.metadata.name, each]));
      for (const service of snapshot.services) {
        const got = place({ job: { type: 'Apply' }, service, template: templateOf(service) }, cluster);
        if ('wait' in got) continue;
        used.set(got.node, (used.get(got.node) ?? 0) + 1);
        const { service: placed } = assignOps(aJob(service), service, got, now);
        const node = snapshot.nodes.find((each) => each.metadata.name === got.node)!;
        if (used.get(got.node)! > node.spec.slots || sharesPort(placed, [...standing.values()])) return false;
        standing.set(service.metadata.name, placed);
        cluster.assign(placed, got.node);
      }
      return true;
    }),
    runs,
  );
});

function sharesPort(placed: Service, others: Service[]): boolean {
  const { port } = placed.spec.parameters;
  return port !== undefined && placed.status?.engine !== undefined && others.some((each) => each.metadata.name !== placed.metadata.name && each.status?.engine === placed.status?.engine && each.spec.parameters.port === port);
}

/** The rules once more, told by sets instead of by filters. */
function mayTake(node: Node, { nodes, services, jobs }: Snapshot, type: JobSpec['type']): boolean {
  const service = services[0]!;
  const { binding, abilities } = templateOf(service).spec;
  const bound = binding === 'Engine';
  const { engine: home, applied } = service.status ?? {};
  const sameEngine = (each: Node) => (each.status?.engine ?? (each.metadata.name === service.status?.node ? home : undefined)) === home;
  const destroysAtHome = type === 'Destroy' && bound && home !== undefined;
  const stands = bound && home !== undefined && (applied !== undefined || type === 'Destroy');
  const ready = (each: Node) => condition(each, 'Ready')?.status === 'True';
  const selected = (each: Node) => Object.keys(service.spec.placement.nodeSelector).length === 0 || each.metadata.labels?.disk === 'ssd';
  const tolerant = service.spec.placement.tolerations.length > 0;
  const has = (each: Node, effect: string) => !tolerant && each.spec.taints.some((taint) => taint.effect === effect);
  const besides = type === 'Destroy' || !bound ? [] : services.filter((each) => service.spec.dependsOn.includes(each.metadata.name) && each.spec.template !== 'cloud' && each.status?.engine).map((each) => each.status!.engine!);
  const keeps = nodes.filter((each) => stands && sameEngine(each) && ready(each) && !each.spec.drain && !has(each, 'NoExecute') && selected(each));
  const mustStay = destroysAtHome || (keeps.length > 0 && besides.every((engine) => engine === home));
  const slots = jobs.filter((job) => job.status?.node === node.metadata.name).length;

  const basics = ready(node) && slots < node.spec.slots && abilities.every((each) => node.status!.abilities!.includes(each)) && (!bound || node.status?.engine !== undefined);
  if (!basics || (mustStay && !sameEngine(node))) return false;
  if (destroysAtHome) return true;
  const atHome = stands && sameEngine(node);
  if (node.spec.drain || (node.spec.unschedulable && !atHome) || !selected(node)) return false;
  if (has(node, 'NoExecute') || (has(node, 'NoSchedule') && !atHome)) return false;
  if (besides.some((engine) => engine !== node.status?.engine)) return false;
  const { port } = service.spec.parameters;
  const clash = services.some((each) => each !== service && each.status?.engine === node.status?.engine && port !== undefined && each.spec.parameters.port === port);
  return type === 'Destroy' || !bound || !clash;
}
