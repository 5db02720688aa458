import t from 'tap';
import { condition, mustMove, type Service } from '@spawnit/contract';
import { assignOps, waitOps } from '../src/assign.js';
import { Assumed } from '../src/assumed.js';
import { chunked, type Op } from '../src/ops.js';
import { pendingJobs } from '../src/pending.js';
import { aJob, aService, clusterOf, conditionOf, now, standingOn } from './builders.js';

const to = { node: 'n2', engine: 'E2' };

t.test('a placement is one commit that gives the job a node and raises the epoch of its service to the job\'s', async (t) => {
  const service = aService('a', { status: { epoch: 4, activeJob: 'a-apply' } });
  const { ops } = assignOps(aJob(service, { status: { phase: 'Pending', message: 'waits' } }), service, to, now);
  const [job, placed] = ops.map((op) => op.object);
  t.match(job, { kind: 'Job', metadata: { resourceVersion: '1' }, status: { phase: 'Assigned', node: 'n2', epoch: 5, assignedTime: now } });
  t.notMatch(job, { status: { message: String } });
  t.match(placed, { kind: 'Service', metadata: { resourceVersion: '1' }, status: { node: 'n2', engine: 'E2', epoch: 5, activeJob: 'a-apply', conditions: [{ type: 'Scheduled', status: 'True', reason: 'Placed' }] } });
});

t.test('a plan does not move what stands elsewhere; it only raises the epoch', async (t) => {
  const service = aService('a', { status: standingOn('n1', 'E1') });
  const status = assignOps(aJob(service, { type: 'Plan' }), service, to, now).service.status!;
  t.match([status.node, status.engine, status.epoch], ['n1', 'E1', 4]);
  const never = aService('b', { status: {} });
  t.match(assignOps(aJob(never, { type: 'Plan' }), never, to, now).service.status, { node: 'n2', engine: 'E2' }, 'what stands nowhere is placed by its first plan');
});

t.test('why it waits stands on the job, and on the service when it stands nowhere', async (t) => {
  const wait = { wait: 'NoFreeSlot' as const, message: '0/1 nodes can take it: 1 has no free slot' };
  const fresh = aService('a');
  const job = aJob(fresh);
  const ops = waitOps(job, fresh, wait, now);
  t.strictSame(ops.map((op) => op.object.kind), ['Job', 'Service', 'Event']);
  t.match(ops[1]?.object, { status: { conditions: [{ type: 'Scheduled', status: 'False', reason: 'NoFreeSlot', message: wait.message }] } });
  const [waitingJob, waitingService] = ops.map((op) => op.object) as never as [typeof job, Service];
  t.strictSame(waitOps(waitingJob, waitingService, wait, now), [], 'said once');
  const standing = aService('a', { status: standingOn('n1') });
  t.strictSame(waitOps(aJob(standing), standing, wait, now).map((op) => op.object.kind), ['Job'], 'what stands somewhere stays scheduled');
});

t.test('that it must move stays the reason while it waits, so that it is not forgotten', async (t) => {
  const message = 'node "n1" is lost; waits to be placed anew';
  const lost = aService('a', { status: { ...standingOn('n1'), conditions: [conditionOf('Scheduled', 'False', 'NodeLost', message)] } });
  const ops = waitOps(aJob(lost), lost, { wait: 'NotReady', message: '0/1 nodes can take it: 1 is not ready' }, now);
  const after = ops.find((op) => op.object.kind === 'Service')!.object as never as Service;
  t.equal(mustMove(after)?.message, 'node "n1" is lost; 0/1 nodes can take it: 1 is not ready');
  t.equal(condition(after, 'Scheduled')?.lastTransitionTime, now);
});

t.test('only jobs that their service still wants are placed, the oldest first', async (t) => {
  const active = (name: string, more: object = {}) => aService(name, { status: { activeJob: `${name}-apply` }, ...more });
  const services = [
    active('a'),
    active('b'),
    active('asleep', { spec: { suspend: true } }),
    active('dying', { deleting: true }),
    active('cancelled'),
    active('running'),
    aService('other', { status: { activeJob: 'another' } }),
    active('reborn'),
    active('leaving', { deleting: true, spec: { suspend: true } }),
  ];
  const jobs = services.map((service) => aJob(service, { created: service.metadata.name === 'b' ? '2025-01-01T00:00:00.000Z' : now, type: service.metadata.name === 'leaving' ? 'Destroy' : 'Apply' }));
  const of = (name: string) => jobs.find((job) => job.spec.service === name)!;
  of('cancelled').spec.cancel = true;
  of('running').status = { phase: 'Running', node: 'n' };
  of('reborn').spec.serviceUid = 'before';
  const orphan = aJob(aService('gone'));
  t.strictSame(pendingJobs([...jobs, orphan], clusterOf({ services })).map(({ job }) => job.spec.service), ['b', 'a', 'leaving']);
});

t.test('commits are filled with whole groups and never overfull', async (t) => {
  const group = (n: number) => Array.from({ length: n }, () => ({}) as Op);
  t.strictSame(chunked([group(3), group(4), group(4), group(2)], 8).map((ops) => ops.length), [7, 6]);
  t.strictSame(chunked([]), []);
});

t.test('what was written holds until the watch shows another version than the one it replaced', async (t) => {
  const assumed = new Assumed<Service>();
  const version = (resourceVersion: string) => ({ ...aService('a'), metadata: { ...aService('a').metadata, resourceVersion } });
  assumed.wrote(version('1'), version('2'));
  t.equal(assumed.over([version('1')])[0]?.metadata.resourceVersion, '2');
  t.equal(assumed.over([version('3')])[0]?.metadata.resourceVersion, '3');
  t.equal(assumed.over([version('1')])[0]?.metadata.resourceVersion, '1', 'and is then forgotten');
  assumed.wrote(version('1'), version('2'));
  t.strictSame(assumed.over([]), [], 'what is gone is gone');
  t.equal(assumed.over([version('1')])[0]?.metadata.resourceVersion, '1');
});
