import { ApiError } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { formatPlan } from '../output/plan.js';
import { note, print } from '../output/streams.js';
import { serviceNamed } from '../refs.js';
import type { Session } from '../session.js';

/** Approves the plan that waits; only that very plan is applied. Exit 5 when none waits. */
export async function approve(session: Session, word: string): Promise<void> {
  const name = serviceNamed(word);
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
  const patch = { metadata: { resourceVersion: service.metadata.resourceVersion }, status: { approval: { ...waiting, approved: true } } };
  await session.client.services.patch(name, session.namespace, patch, { subresource: 'status' });
  print(`plan ${waiting.planDigest.slice(0, 12)} of service/${name} approved`);
}
