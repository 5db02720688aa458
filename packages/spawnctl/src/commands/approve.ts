import { ApiError, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { formatPlan } from '../output/plan.js';
import { note, print } from '../output/streams.js';
import { serviceNamed } from '../refs.js';
import type { Session } from '../session.js';

/** Approves the plan that waits; only that very plan is applied. Exit 5 when none waits. */
export async function approve(session: Session, word: string): Promise<void> {
  const name = serviceNamed(word);
  const { job, planDigest } = await shown(session, name);
  await session.client.act(session.namespace, name, 'approve', { job });
  print(`plan ${planDigest.slice(0, 12)} of service/${name} approved`);
}

/** Has the plan that waits not applied, and says why. Exit 5 when none waits. */
export async function reject(session: Session, word: string, reason: string): Promise<void> {
  const name = serviceNamed(word);
  const { job, planDigest } = await shown(session, name);
  const { next } = await session.client.act(session.namespace, name, 'reject', { job, reason });
  print(`plan ${planDigest.slice(0, 12)} of service/${name} rejected`);
  note(next);
}

/** The plan that waits, told on stderr: what is said yes or no to. */
async function shown(session: Session, name: string): Promise<NonNullable<NonNullable<Service['status']>['approval']>> {
  const service = await session.client.services.get(name, session.namespace);
  const waiting = service.status?.approval;
  if (!waiting || waiting.approved) {
    const is = waiting?.approved ? 'it is approved already' : service.spec.approval === 'Auto' ? 'its spec.approval is Auto' : `it is ${service.status?.phase ?? 'Pending'}`;
    throw new CommandError(exits.conflict, `no plan of "${name}" waits for approval: ${is}`);
  }
  const job = await session.client.jobs.get(waiting.job, session.namespace).catch((error: unknown) => {
    if (ApiError.is(error, 'NotFound')) return undefined;
    throw error;
  });
  note(job ? formatPlan(job.status?.plan) : `its plan, job/${waiting.job}, is no longer kept`);
  return waiting;
}
