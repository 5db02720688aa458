import type { Job, Revision } from '@spawnit/contract';
import t from 'tap';
import { readKept } from '../src/config.js';
import { answer, applied, defaultSpec, digest, job, now, observed, service } from './fixtures.js';
import { after } from './world.js';

const generations = 200;

function revision(generation: number): Revision {
  return {
    apiVersion: 'spawnit.dev/v1',
    kind: 'Revision',
    metadata: { name: `app-${generation}`, namespace: 'team', uid: `uid-${generation}`, resourceVersion: '1' },
    spec: { service: 'app', serviceUid: 'uid-app', generation, templateVersion: '1', module: digest, moduleRoot: '.', serviceSpec: defaultSpec },
  };
}

/** What is left once nothing more goes. */
function leftOf(given: { revisions: Revision[]; jobs: Job[]; kept: { jobs: number; revisions: number } }, status = applied(generations)): { revisions: number[]; jobs: string[] } {
  let { revisions, jobs } = given;
  for (;;) {
    const { of } = answer(observed({ service: service({ generation: generations, status }), ...given, revisions, jobs }));
    const [goneRevisions, goneJobs] = [of('deleteRevision').map((a) => a.revision), of('deleteJob').map((a) => a.job)];
    if (goneRevisions.length + goneJobs.length === 0) return { revisions: revisions.map(({ spec }) => spec.generation).sort((a, b) => a - b), jobs: jobs.map(({ metadata }) => metadata.name) };
    t.ok(goneRevisions.length <= 40 && goneJobs.length <= 40, 'not more at once than a commit holds');
    revisions = revisions.filter((each) => !goneRevisions.includes(each));
    jobs = jobs.filter((each) => !goneJobs.includes(each));
  }
}

const all = Array.from({ length: generations }, (_, i) => revision(i + 1));

t.test('the newest revisions stay, and any that what is real or a job was made of', async (t) => {
  const jobs = [job({ name: 'app-apply-7-old', generation: 7, revision: 'app-7' }, { phase: 'Succeeded', epoch: 1 })];
  const { revisions } = leftOf({ revisions: all, jobs, kept: { jobs: 10, revisions: 5 } }, applied(3));
  t.same(revisions, [3, 7, 196, 197, 198, 199, 200]);
});

t.test('of finished jobs the newest stay, and a smaller limit holds for what is there already', async (t) => {
  const jobs = Array.from({ length: 120 }, (_, i) => job({ name: `job-${i}`, generation: generations, revision: `app-${generations}` }, { phase: 'Succeeded', epoch: i + 1 }));
  const { jobs: left } = leftOf({ revisions: all.slice(-3), jobs, kept: { jobs: 2, revisions: 5 } });
  t.same(left, ['job-118', 'job-119']);
});

t.test('what a person cancelled before a node had it is not applied after all once many others have finished', async (t) => {
  const cancelled = ['older', 'newer'].map((name, i) => ({ ...job({ name }, { phase: 'Cancelled' }), metadata: { ...job({ name }).metadata, creationTimestamp: `2029-12-3${i}T00:00:00.000Z` } }));
  const plans = Array.from({ length: 12 }, (_, i) => job({ name: `plan-${i}`, type: 'Plan', trigger: 'Requested' }, { phase: 'Succeeded', epoch: i + 1 }));
  const stalled = { type: 'Stalled', status: 'True' as const, reason: 'Cancelled', message: 'x', lastTransitionTime: now, observedGeneration: 1 };
  const first = observed({ service: service({ status: { epoch: 12, observedGeneration: 1, phase: 'Failed', conditions: [stalled] } }), jobs: [...cancelled, ...plans] });
  const then = after(first, answer(first).actions)!;
  t.same(then.jobs.map(({ metadata }) => metadata.name), ['newer', ...plans.slice(2).map(({ metadata }) => metadata.name)]);
  t.match([answer(then).job, answer(then).shown], [undefined, 'Failed/Cancelled']);
});

t.test('the limits are settings, and a wrong one is named', async (t) => {
  t.same(readKept({}), { jobs: 10, revisions: 20 });
  t.same(readKept({ SPAWNIT_KEEP_JOBS: '3', SPAWNIT_KEEP_REVISIONS: '4' }), { jobs: 3, revisions: 4 });
  t.throws(() => readKept({ SPAWNIT_KEEP_JOBS: '0' }), /SPAWNIT_KEEP_JOBS/);
});
