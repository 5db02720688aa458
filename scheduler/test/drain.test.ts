import fc from 'fast-check';
import t from 'tap';
import { condition, mustMove, type Node, type Service } from '@spawnit/contract';
import { assignOps } from '../src/assign.js';
import { Cluster, type Snapshot } from '../src/cluster.js';
import { drainStep, isMoving } from '../src/drain.js';
import { engineLostOps } from '../src/engine-lost.js';
import { place } from '../src/place.js';
import { aJob, aNode, aService, conditionOf, now, snapshotOf, standingOn } from './builders.js';

t.test('services leave a draining node one after another, each when the one before is Ready elsewhere', async (t) => {
  const start = snapshotOf({ nodes: [aNode('n1', { drain: true }), aNode('n2')], services: ['a', 'b', 'c'].map((name) => aService(name, { status: standingOn('n1') })) });
  const first = step(start);
  t.strictSame(marked(first), ['a']);
  t.strictSame(marked(step(first)), ['a'], 'the next waits while it is marked');
  const placed = placeMarked(first);
  t.match(condition(placed.services[0]!, 'Scheduled'), { status: 'True', reason: 'Moved', message: 'moved from node "n1" to node "n2"' });
  t.strictSame(marked(step(placed)), [], 'and while it is being made at its new place');
  t.strictSame(marked(step(settle(placed))), ['b']);
  t.match(drained(first), { status: 'False', reason: 'Draining', message: '3 services are left: default/a, default/b, default/c' });
});

t.test('what can not leave says why on the node, and does not hold up the others', async (t) => {
  const nodes = [aNode('n1', { drain: true }), aNode('n2')];
  const status = standingOn('n1');
  const services = [
    aService('asleep', { spec: { suspend: true }, status }),
    aService('dying', { deleting: true, status }),
    aService('picky', { spec: { placement: { nodeSelector: { disk: 'ssd' } } }, status }),
    aService('zealous', { status }),
  ];
  const after = step(snapshotOf({ nodes, services }));
  t.strictSame(marked(after), ['zealous']);
  const message = drained(after)!.message;
  t.match(message, 'default/asleep (is suspended: resume or delete it)');
  t.match(message, 'default/dying (is being deleted)');
  t.match(message, 'default/picky (0/2 nodes can take it: 1 is draining, 1 does not match the node selector disk=ssd)');
});

t.test('what has a change to come or is stalled is not marked, for no job would move it, and holds up nothing', async (t) => {
  const nodes = [aNode('n1', { drain: true }), aNode('n2')];
  const changed = aService('changed', { status: standingOn('n1', undefined, { applied: { ...standingOn('n1').applied!, generation: 0 }, conditions: [conditionOf('Ready', 'False', 'ApprovalPending', 'waits for approval')] }) });
  const stalled = aService('stalled', { status: standingOn('n1', undefined, { conditions: [conditionOf('Ready', 'False', 'ImagePull', 'no such image'), conditionOf('Stalled', 'True')] }) });
  const after = step(snapshotOf({ nodes, services: [changed, stalled, aService('zealous', { status: standingOn('n1') })] }));
  t.strictSame(marked(after), ['zealous']);
  t.match(drained(after)?.message, 'default/changed (waits for approval), default/stalled (no such image), default/zealous');
});

t.test('a dependency leaves before what depends on it', async (t) => {
  const nodes = [aNode('n1', { drain: true }), aNode('n2')];
  const services = [aService('app', { spec: { dependsOn: ['db'] }, status: standingOn('n1') }), aService('db', { spec: { template: 'db' }, status: standingOn('n1') })];
  const first = step(snapshotOf({ nodes, services }));
  t.strictSame(marked(first), ['db']);
  t.strictSame(marked(step(settle(placeMarked(first)))), ['app']);
});

t.test('a NoExecute taint moves what does not tolerate it and leaves what does', async (t) => {
  const nodes = [aNode('n1', { taints: [{ key: 'k', effect: 'NoExecute' }] }), aNode('n2')];
  const tolerant = aService('a', { spec: { placement: { tolerations: [{ key: 'k', operator: 'Exists' }] } }, status: standingOn('n1') });
  const after = step(snapshotOf({ nodes, services: [tolerant, aService('b', { status: standingOn('n1') })] }));
  t.strictSame(marked(after), ['b']);
  t.equal(mustMove(after.services[1]!)?.reason, 'NodeTainted');
  t.equal(drained(after), undefined, 'it is not being drained');
});

t.test('a node is drained when nothing stands or runs on it, and no longer once it is used again', async (t) => {
  const node = aNode('n1', { drain: true });
  t.match(drained(step(snapshotOf({ nodes: [node] }))), { status: 'True', reason: 'Drained' });
  const job = aJob(aService('x'), { status: { phase: 'Running', node: 'n1' } });
  t.match(drained(step(snapshotOf({ nodes: [node], jobs: [job] }))), { status: 'False', message: 'its last jobs are ending' });
  const again = aNode('n1', { status: { conditions: [conditionOf('Ready', 'True'), conditionOf('Drained', 'True')] } });
  t.match(drained(step(snapshotOf({ nodes: [again] }))), { status: 'False', reason: 'NotDraining' });
});

t.test('asking again with nothing changed writes nothing', async (t) => {
  const services = [aService('picky', { spec: { placement: { nodeSelector: { disk: 'ssd' } } }, status: standingOn('n1') })];
  const once = step(snapshotOf({ nodes: [aNode('n1', { drain: true }), aNode('n2')], services }));
  t.strictSame(drainStep(once, new Cluster(once), now), []);
});

t.test('what stood on an engine that its node no longer has is marked to be placed anew', async (t) => {
  const node = aNode('n1', { status: { engine: 'new' } });
  const service = aService('a', { status: standingOn('n1', 'old') });
  const marks = (nodes: Node[], which = service) => engineLostOps([which], nodes, now).length;
  t.equal(marks([node]), 1);
  t.equal(marks([node, aNode('n2', { status: { engine: 'old' } })]), 0, 'another node still has it');
  t.equal(marks([aNode('n1', { status: { engine: undefined } })]), 0, 'the engine may only be away for a moment');
  t.equal(marks([aNode('n1', { ready: false, status: { engine: 'new' } })]), 0, 'a lost node is another matter');
  t.equal(marks([node], aService('a', { status: standingOn('n1', 'old', { activeJob: 'j' }) })), 0, 'a job is under way');
});

t.test('every drain ends, with one service on its way at most, wherever there is a place for all', async () => {
  const clusters = fc.array(fc.record({ node: fc.constantFrom('n1', 'n2', 'n3'), dependsOn: fc.option(fc.nat(7)) }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(clusters, fc.subarray(['n1', 'n2'], { minLength: 1 }), (inputs, draining) => {
      const nodes = ['n1', 'n2', 'n3', 'n4'].map((name) => aNode(name, { drain: draining.includes(name) }));
      // Each depends on an earlier one at most, on the same node, as placement would have had it.
      const services = inputs.map(({ node, dependsOn }, i) => {
        const on = dependsOn !== null && dependsOn < i && inputs[dependsOn]!.node === node ? [`s${dependsOn}`] : [];
        return aService(`s${i}`, { spec: { dependsOn: on }, status: standingOn(node) });
      });
      let world = snapshotOf({ nodes, services });
      for (let round = 0; round <= services.length; round++) {
        world = step(world);
        if (world.services.filter(isMoving).length > 1) return false;
        world = placeMarked(world);
        if (world.services.filter(isMoving).length > 1) return false;
        world = settle(world);
      }
      return draining.every((name) => world.services.every((each) => each.status?.node !== name) && condition(step(world).nodes.find((each) => each.metadata.name === name)!, 'Drained')?.status === 'True');
    }),
    { numRuns: 10_000 },
  );
});

function step(world: Snapshot): Snapshot {
  const written = new Map(drainStep(world, new Cluster(world), now).flat().filter((op) => op.verb === 'updateStatus').map(({ object }) => [`${object.kind}/${object.metadata.name}`, object]));
  const newest = <R extends Service | Node>(each: R) => (written.get(`${each.kind}/${each.metadata.name}`) as R | undefined) ?? each;
  return { ...world, services: world.services.map(newest), nodes: world.nodes.map(newest) };
}

function marked(world: Snapshot): string[] {
  return world.services.filter(mustMove).map((each) => each.metadata.name);
}

function drained(world: Snapshot) {
  return condition(world.nodes[0]!, 'Drained');
}

/** As the reconciler's Move jobs would be placed. */
function placeMarked(world: Snapshot): Snapshot {
  const cluster = new Cluster(world);
  const services = world.services.map((service) => {
    if (!mustMove(service)) return service;
    const to = place({ job: { type: 'Apply' }, service, template: cluster.template(service.spec.template) }, cluster);
    if ('wait' in to) return service;
    const placed = assignOps(aJob(service), service, to, now).service;
    return { ...placed, status: { ...placed.status, phase: 'Provisioning' as const } };
  });
  return { ...world, services };
}

/** As the reconciler has it once the jobs have succeeded. */
function settle(world: Snapshot): Snapshot {
  return { ...world, services: world.services.map((each) => ({ ...each, status: { ...each.status, phase: 'Ready' as const } })) };
}
