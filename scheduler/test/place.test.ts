import t from 'tap';
import type { JobSpec, Node, Service } from '@spawnit/contract';
import { place, type Placement } from '../src/place.js';
import type { Snapshot } from '../src/cluster.js';
import { aJob, aNode, aService, clusterOf, conditionOf, standingOn, templates } from './builders.js';

function placed(service: Service, parts: Partial<Snapshot>, type: JobSpec['type'] = 'Apply'): Placement {
  const template = templates.find((each) => each.metadata.name === service.spec.template);
  return place({ job: { type }, service, template }, clusterOf({ ...parts, services: [...(parts.services ?? []), service] }));
}

/** A job that keeps a slot of the node busy. */
function busy(node: string, n = 1) {
  return Array.from({ length: n }, (_, i) => aJob(aService(`busy${i}`), { name: `busy-${node}-${i}`, status: { phase: i % 2 ? 'Running' : 'Assigned', node } }));
}

t.test('says how many nodes can not take a job, and why, in words that name the thing', async (t) => {
  const cases: [string, Placement & { wait: string }, Service, Partial<Snapshot>][] = [
    ['no nodes at all', { wait: 'NoNodes', message: 'there is no node: start a worker-agent with a join token' }, aService('a'), {}],
    [
      'mixed reasons',
      { wait: 'MissingAbility', message: '0/3 nodes can take it: 1 is cordoned, 2 lack the ability "aws"' },
      aService('a', { spec: { template: 'cloud' } }),
      { nodes: [aNode('n1'), aNode('n2', { unschedulable: true, status: { abilities: ['aws'] } }), aNode('n3')] },
    ],
    ['not ready', { wait: 'NotReady', message: '0/2 nodes can take it: 2 are not ready' }, aService('a'), { nodes: [aNode('n1', { ready: false }), aNode('n2', { ready: 'unknown' })] }],
    [
      'full disk',
      { wait: 'DiskFull', message: '0/1 nodes can take it: 1 has no room on its disk' },
      aService('a'),
      { nodes: [aNode('n1', { status: { conditions: [conditionOf('Ready', 'True'), conditionOf('DiskPressure', 'True', 'Full')] } })] },
    ],
    ['draining', { wait: 'Draining', message: '0/1 nodes can take it: 1 is draining' }, aService('a'), { nodes: [aNode('n1', { drain: true })] }],
    ['no engine', { wait: 'NoEngine', message: '0/1 nodes can take it: 1 does not reach its engine' }, aService('a'), { nodes: [aNode('n1', { status: { engine: undefined } })] }],
    ['selector', { wait: 'NodeSelector', message: '0/1 nodes can take it: 1 does not match the node selector disk=ssd' }, aService('a', { spec: { placement: { nodeSelector: { disk: 'ssd' } } } }), { nodes: [aNode('n1', { labels: { disk: 'hdd' } })] }],
    [
      'taint',
      { wait: 'Tainted', message: '0/1 nodes can take it: 1 has the taint gpu=yes:NoSchedule, which it does not tolerate' },
      aService('a'),
      { nodes: [aNode('n1', { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] })] },
    ],
    ['slots', { wait: 'NoFreeSlot', message: '0/1 nodes can take it: 1 has no free slot' }, aService('a'), { nodes: [aNode('n1')], jobs: busy('n1', 2) }],
    [
      'host port in the same namespace',
      { wait: 'HostPortTaken', message: '0/1 nodes can take it: 1 has its host port 8080 taken by "b"' },
      aService('a', { spec: { parameters: { port: 8080 } } }),
      { nodes: [aNode('n1')], services: [aService('b', { spec: { parameters: { ports: [{ external: 8080 }] } }, status: standingOn('n1') })] },
    ],
    [
      'host port of another tenant, whose name is not told',
      { wait: 'HostPortTaken', message: '0/1 nodes can take it: 1 has its host port 8080 taken by a service of another namespace' },
      aService('a', { spec: { parameters: { port: 8080 } } }),
      { nodes: [aNode('n1')], services: [aService('b', { namespace: 'other', spec: { parameters: { port: 8080 } }, status: standingOn('n1') })] },
    ],
    [
      'dependency elsewhere',
      { wait: 'DependencyEngine', message: '0/1 nodes can take it: 1 is not on the engine of "db", on which it depends' },
      aService('a', { spec: { dependsOn: ['db'] } }),
      { nodes: [aNode('n1')], services: [aService('db', { spec: { template: 'db' }, status: standingOn('n2') })] },
    ],
  ];
  for (const [title, wanted, service, parts] of cases) t.strictSame(placed(service, parts), wanted, title);
});

t.test('a template that is gone stops everything but a destroy', async (t) => {
  const service = aService('a', { spec: { template: 'gone' }, status: standingOn('n1') });
  t.match(placed(service, { nodes: [aNode('n1')] }), { wait: 'TemplateMissing' });
  t.strictSame(placed(service, { nodes: [aNode('n1'), aNode('n0')] }, 'Destroy'), { node: 'n1', engine: 'engine-n1' });
});

t.test('tolerations let a service onto tainted nodes', async (t) => {
  const nodes = (effect: 'NoSchedule' | 'NoExecute') => [aNode('n1', { taints: [{ key: 'gpu', value: 'yes', effect }] })];
  const tolerant = (toleration: object) => aService('a', { spec: { placement: { tolerations: [toleration as never] } } });
  t.match(placed(tolerant({ key: 'gpu', value: 'yes' }), { nodes: nodes('NoSchedule') }), { node: 'n1' });
  t.match(placed(tolerant({ key: 'gpu', operator: 'Exists' }), { nodes: nodes('NoExecute') }), { node: 'n1' });
  t.match(placed(tolerant({ key: 'gpu', value: 'no' }), { nodes: nodes('NoSchedule') }), { wait: 'Tainted' });
  t.match(placed(tolerant({ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }), { nodes: nodes('NoExecute') }), { wait: 'Tainted' });
});

t.test('services of one kind spread over engines, then over nodes, then by name', async (t) => {
  const shared = { status: { engine: 'E' } };
  const nodes = [aNode('a1', shared), aNode('a2', shared), aNode('b')];
  const at = (name: string, node: string, engine: string, template = 'web') => aService(name, { spec: { template }, status: standingOn(node, engine) });
  t.match(placed(aService('x'), { nodes }), { node: 'a1' }, 'by name when all are empty');
  t.match(placed(aService('x'), { nodes, services: [at('s1', 'a1', 'E')] }), { node: 'b' }, 'two nodes on one engine are one place');
  t.match(placed(aService('x'), { nodes, services: [at('s1', 'a1', 'E'), at('s2', 'b', 'engine-b')] }), { node: 'a2' }, 'the emptier node of equal engines');
  t.match(placed(aService('x'), { nodes, services: [at('s1', 'a1', 'E'), at('d1', 'b', 'engine-b', 'db'), at('d2', 'b', 'engine-b', 'db')] }), { node: 'b' }, 'its own kind counts before others');
});

t.test('what stands on an engine stays there while a node of it may keep it', async (t) => {
  const shared = { status: { engine: 'E' } };
  const service = aService('a', { status: standingOn('n1', 'E') });
  const other = aNode('n0');
  t.match(placed(service, { nodes: [other, aNode('n1', shared), aNode('n2', shared)] }), { node: 'n1' }, 'on its own node first');
  t.match(placed(service, { nodes: [other, aNode('n1', { ...shared, ready: false }), aNode('n2', shared)] }), { node: 'n2' }, 'taken over by another node of the engine');
  t.match(placed(service, { nodes: [other, aNode('n1', { ...shared, drain: true }), aNode('n2', shared)] }), { node: 'n2' }, 'drained within the engine');
  t.match(placed(service, { nodes: [other, aNode('n1', { ...shared, unschedulable: true }), aNode('n2', shared)] }), { node: 'n2' }, 'an uncordoned node of the engine is preferred');
  t.match(placed(service, { nodes: [other, aNode('n1', { ...shared, unschedulable: true })] }), { node: 'n1' }, 'a cordoned node keeps what it has');
  t.match(placed(service, { nodes: [other, aNode('n1', { ...shared, taints: [{ key: 'k', effect: 'NoSchedule' }] })] }), { node: 'n1' }, 'so does one with a NoSchedule taint');
  t.match(placed(service, { nodes: [other, aNode('n1', shared)], jobs: busy('n1', 2) }), { wait: 'NoFreeSlot' }, 'it waits for a slot rather than move');
  t.match(placed(service, { nodes: [other, aNode('n1', { status: { engine: undefined } })] }), { wait: 'NoEngine' }, 'it waits for an engine that is away for a moment');
});

t.test('it leaves its engine only when no node there may keep it', async (t) => {
  const service = aService('a', { status: standingOn('n1') });
  const other = aNode('n0');
  for (const [why, node] of Object.entries({
    lost: aNode('n1', { ready: false }),
    draining: aNode('n1', { drain: true }),
    evicting: aNode('n1', { taints: [{ key: 'k', effect: 'NoExecute' }] }),
    'of another engine now': aNode('n1', { status: { engine: 'new' }, unschedulable: true }),
  })) {
    t.match(placed(service, { nodes: [other, node] }), { node: 'n0' }, why);
  }
  const selective = aService('a', { spec: { placement: { nodeSelector: { disk: 'ssd' } } }, status: standingOn('n1') });
  t.match(placed(selective, { nodes: [aNode('n0', { labels: { disk: 'ssd' } }), aNode('n1')] }), { node: 'n0' }, 'a selector that no longer matches');
  const neverApplied = aService('a', { status: { ...standingOn('n1'), applied: undefined } });
  t.match(placed(neverApplied, { nodes: [other, aNode('n1')], jobs: busy('n1', 2) }), { node: 'n0' }, 'nothing was ever applied there');
});

t.test('a destroy runs only on the engine where the thing stands, whatever is said against new work there', async (t) => {
  const service = aService('a', { deleting: true, spec: { parameters: { port: 80 }, placement: { nodeSelector: { disk: 'ssd' } } }, status: standingOn('n1') });
  const hostile: Node = aNode('n1', { unschedulable: true, drain: true, taints: [{ key: 'k', effect: 'NoExecute' }] });
  const thief = aService('b', { spec: { parameters: { port: 80 } }, status: standingOn('n1') });
  t.match(placed(service, { nodes: [aNode('n0'), hostile], services: [thief] }, 'Destroy'), { node: 'n1' });
  t.match(placed(service, { nodes: [aNode('n0'), hostile], jobs: busy('n1', 2) }, 'Destroy'), { wait: 'NoFreeSlot' });
  const away = placed(service, { nodes: [aNode('n0'), aNode('n1', { ready: false })] }, 'Destroy');
  t.strictSame(away, {
    wait: 'EngineUnavailable',
    message: '0/2 nodes can take it: 1 is not ready, 1 is on another engine than the one it stands on; what stands on the engine "engine-n1" can be removed only there: start its worker-agent again',
  });
  const moved = aService('a', { deleting: true, status: { ...standingOn('n2'), applied: { ...standingOn('n1').applied!, engine: 'engine-n1' } } });
  t.match(placed(moved, { nodes: [aNode('n1'), aNode('n2')] }, 'Destroy'), { node: 'n2' }, 'the engine that it moved to counts');
  t.match(placed(aService('a', { deleting: true }), { nodes: [aNode('n1')] }, 'Destroy'), { node: 'n1' }, 'what was never placed is destroyed anywhere');
});

t.test('what depends on another service goes to its engine, and follows it when it moves', async (t) => {
  const nodes = [aNode('n1'), aNode('n2')];
  const db = aService('db', { spec: { template: 'db' }, status: standingOn('n2') });
  t.match(placed(aService('a', { spec: { dependsOn: ['db'] } }), { nodes, services: [db] }), { node: 'n2' });
  t.match(placed(aService('a', { spec: { parametersFrom: [{ parameter: 'p', service: 'db', output: 'o' }] } }), { nodes, services: [db] }), { node: 'n2' });
  t.match(placed(aService('a', { spec: { dependsOn: ['db'] }, status: standingOn('n1') }), { nodes, services: [db] }), { node: 'n2' }, 'it follows');
  const remote = aService('vm', { spec: { template: 'cloud' }, status: standingOn('n2') });
  t.match(placed(aService('a', { spec: { dependsOn: ['vm'] } }), { nodes, services: [remote] }), { node: 'n1' }, 'what is remote binds nothing');
  t.match(placed(aService('a', { spec: { dependsOn: ['nothing'] } }), { nodes }), { node: 'n1' }, 'what does not exist binds nothing');
});

t.test('what is remote runs on any able node, its last one first, and gets no engine', async (t) => {
  const aws = { status: { abilities: ['aws'], engine: undefined } };
  const nodes = [aNode('n1', aws), aNode('n2', aws)];
  const spec = { template: 'cloud' };
  t.strictSame(placed(aService('a', { spec }), { nodes }), { node: 'n1', engine: undefined });
  const status = { ...standingOn('n2'), engine: undefined };
  t.match(placed(aService('a', { spec, status }), { nodes }), { node: 'n2' });
  t.match(placed(aService('a', { spec, status }), { nodes, jobs: busy('n2', 2) }), { node: 'n1' });
  t.match(placed(aService('a', { spec, status }), { nodes, jobs: busy('n2', 2) }, 'Destroy'), { node: 'n1' });
});

t.test('goes past a node whose disk is full, also for what stands there', async (t) => {
  const full = { status: { conditions: [conditionOf('Ready', 'True'), conditionOf('DiskPressure', 'True', 'Full')] } };
  t.match(placed(aService('a'), { nodes: [aNode('n1', full), aNode('n2')] }), { node: 'n2' });
});
