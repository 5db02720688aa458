import fc from 'fast-check';
import t from 'tap';
import { condition, mayFollow, mustMove, type Job, type Node, type Resource, type Service } from '@spawnit/contract';
import { backOps, lostCommits, type World } from '../src/lost.js';
import type { Op } from '../src/ops.js';
import { aJob, aNode, aService, now, standingOn } from './builders.js';

const later = '2026-01-01T00:01:00.000Z';

t.test('one commit takes a small node\'s work: NotReady, jobs Lost, epochs raised, the place kept until there is another', async (t) => {
  const running = aService('a', { status: standingOn('n1', 'E', { activeJob: 'a-apply', epoch: 7 }) });
  const resting = aService('b', { status: standingOn('n1', 'E') });
  const world = { services: [running, resting, aService('c', { status: standingOn('n2') })], jobs: [aJob(running, { status: { phase: 'Running', node: 'n1', epoch: 7 } })] };
  const commits = lostCommits(aNode('n1'), world, later);
  t.equal(commits.length, 1);
  const after = apply(world, commits.flat());
  const [a, b, c] = after.services as [Service, Service, Service];
  t.match(after.jobs[0]?.status, { phase: 'Lost', completionTime: later, error: { cause: 'LeaseLost', retryable: true } });
  t.match(a.status, { node: 'n1', engine: 'E', epoch: 8 });
  t.match(condition(a, 'Scheduled'), { status: 'False', reason: 'NodeLost', lastTransitionTime: later });
  t.match([b.status?.epoch, mustMove(b)?.reason], [4, 'NodeLost']);
  t.equal(c, world.services[2], 'what stands elsewhere is left alone');
  t.match(statusesOf(commits.flat(), 'Node')[0], { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'HeartbeatsStopped' }] } });
});

t.test('a plan that ran on a lost node is lost, and its service stays where it stands', async (t) => {
  const service = aService('a', { status: standingOn('n2', 'E', { activeJob: 'a-plan' }) });
  const world = { services: [service], jobs: [aJob(service, { type: 'Plan', name: 'a-plan', status: { phase: 'Running', node: 'n1', epoch: 3 } })] };
  const after = apply(world, lostCommits(aNode('n1'), world, later).flat());
  t.match(after.jobs[0]?.status?.phase, 'Lost');
  t.match(after.services[0]?.status, { node: 'n2', epoch: 4 });
  t.equal(condition(after.services[0]!, 'Scheduled')?.status, 'True');
});

t.test('a service whose job runs on a living node is fenced off only when that has ended', async (t) => {
  const service = aService('a', { status: standingOn('n1', 'E', { activeJob: 'a-plan' }) });
  const elsewhere = aJob(service, { type: 'Plan', name: 'a-plan', status: { phase: 'Running', node: 'n2', epoch: 3 } });
  const lost = aNode('n1', { ready: false });
  t.strictSame(lostCommits(lost, { services: [service], jobs: [elsewhere] }, later), []);
  const ended = { ...elsewhere, status: { ...elsewhere.status!, phase: 'Succeeded' as const } };
  t.equal(lostCommits(lost, { services: [service], jobs: [ended] }, later).length, 1);
});

t.test('a job of a service that was made anew under its name does not touch the new one', async (t) => {
  const service = aService('a');
  const stale = aJob(service, { status: { phase: 'Running', node: 'n1', epoch: 1 } });
  stale.spec.serviceUid = 'another';
  const ops = lostCommits({ gone: 'n1' }, { services: [service], jobs: [stale] }, later).flat();
  t.strictSame(ops.map((op) => op.object.kind), ['Job']);
});

t.test('the heartbeat that lies over an answer is never written back', async (t) => {
  const node = aNode('n1', { status: { heartbeat: { counter: 1, ageSeconds: 30, time: now, running: [] } } });
  const written = [...lostCommits(node, { services: [], jobs: [] }, later).flat(), ...backOps(node, later)];
  t.notMatch(statusesOf(written, 'Node'), [{ status: { heartbeat: Object } }]);
  t.match(written[0]?.object, { status: { conditions: [{ message: 'no heartbeat for 30 s' }] } });
});

t.test('the work of a large node is taken in several commits of at most 100 ops, the node first', async (t) => {
  const services = Array.from({ length: 90 }, (_, i) => aService(`s${i}`, { status: standingOn('n1', 'E', { activeJob: `s${i}-apply` }) }));
  const jobs = services.map((service) => aJob(service, { status: { phase: 'Assigned', node: 'n1', epoch: 3 } }));
  const commits = lostCommits(aNode('n1'), { services, jobs }, later);
  t.strictSame(commits.map((ops) => ops.length), [98, 99, 75]);
  t.equal(commits[0]?.[0]?.object.kind, 'Node');
  t.ok(keptTogether(commits));
});

const phases = fc.constantFrom('Pending' as const, 'Assigned' as const, 'Running' as const, 'Succeeded' as const, 'Lost' as const);
const nodeNames = fc.constantFrom('n1', 'n2', undefined);
const worlds: fc.Arbitrary<World> = fc
  .array(fc.record({ stands: nodeNames, runs: nodeNames, phase: phases, moving: fc.boolean() }), { maxLength: 60 })
  .map((all) => {
    const services = all.map(({ stands, moving }, i) => {
      const service = aService(`s${i}`, { status: stands ? standingOn(stands) : {} });
      return moving && stands ? { ...service, status: { ...service.status, conditions: [{ type: 'Scheduled', status: 'False' as const, reason: 'NodeDraining', message: '', lastTransitionTime: now }] } } : service;
    });
    const jobs = all.map(({ runs, phase }, i) => aJob(services[i]!, { status: runs ? { phase, node: runs, epoch: 3 } : { phase: 'Pending' } }));
    return { services, jobs };
  });

t.test('whatever the world, a lost node keeps no job, epochs rise by one at most, and asking again gives nothing', async () => {
  fc.assert(
    fc.property(worlds, (world) => {
      const commits = lostCommits(aNode('n1'), world, later);
      const after = apply(world, commits.flat());
      const held = (job: Job) => job.status?.node === 'n1' && (job.status.phase === 'Assigned' || job.status.phase === 'Running');
      const jobsRight = world.jobs.every((before, i) => {
        const got = after.jobs[i]!;
        return !held(got) && mayFollow(before.status!.phase, got.status!.phase) && (held(before) || got === before);
      });
      const servicesRight = world.services.every((before, i) => {
        const raisedBy = (after.services[i]!.status?.epoch ?? 0) - (before.status?.epoch ?? 0);
        const fencedOff = raisedBy === 1 || !held(world.jobs[i]!);
        const untouched = before.status?.node === 'n1' || held(world.jobs[i]!) || after.services[i] === before;
        return (raisedBy === 0 || raisedBy === 1) && fencedOff && untouched;
      });
      const again = lostCommits(aNode('n1', { ready: false }), after, later);
      return jobsRight && servicesRight && again.length === 0 && commits.every((ops) => ops.length <= 100) && keptTogether(commits);
    }),
    { numRuns: 10_000 },
  );
});

t.test('any first part of the commits can be all that was done: the rest is found again', async () => {
  fc.assert(
    fc.property(worlds, fc.nat(5), (world, done) => {
      const commits = lostCommits(aNode('n1'), world, later);
      const partly = apply(world, commits.slice(0, done).flat());
      const rest = lostCommits(aNode('n1', { ready: done === 0 }), partly, later);
      const whole = apply(world, commits.flat());
      const resumed = apply(partly, rest.flat());
      return JSON.stringify(resumed) === JSON.stringify(whole);
    }),
    { numRuns: 10_000 },
  );
});

/** A service and its jobs are never in two commits: half of a fence is none. */
function keptTogether(commits: Op[][]): boolean {
  const at = new Map<string, number>();
  return commits.every((ops, i) =>
    ops.every(({ object }) => {
      const service = object.kind === 'Service' ? object.metadata.name : object.kind === 'Job' ? (object as unknown as Job).spec.service : undefined;
      if (service === undefined) return true;
      const first = at.get(service) ?? i;
      at.set(service, first);
      return first === i;
    }),
  );
}

function statusesOf(ops: Op[], kind: string): Resource[] {
  return ops.map((op) => op.object as unknown as Resource).filter((each) => each.kind === kind);
}

/** What the apiserver would have stored. */
function apply(world: World, ops: Op[]): World {
  const written = new Map(ops.filter((op) => op.verb === 'updateStatus').map(({ object }) => [`${object.kind}/${object.metadata.name}`, object as unknown as Service | Job | Node]));
  return {
    services: world.services.map((each) => (written.get(`Service/${each.metadata.name}`) as Service | undefined) ?? each),
    jobs: world.jobs.map((each) => (written.get(`Job/${each.metadata.name}`) as Job | undefined) ?? each),
  };
}
