import { isTerminal, planAnnotation, type Job } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { formatPlan } from '../output/plan.js';
import { note, print } from '../output/streams.js';
import { serviceNamed } from '../refs.js';
import type { Session } from '../session.js';
import { endOf } from './watch-until.js';

/** Has the service planned now and shows what an apply would change; nothing is applied. */
export async function plan(session: Session, word: string, timeoutSeconds: number): Promise<void> {
  const name = serviceNamed(word);
  const nonce = Date.now().toString(36);
  const { spec, metadata } = await session.client.services.patch(name, session.namespace, { metadata: { annotations: { [planAnnotation]: nonce } } });
  if (spec.suspend) throw new CommandError(exits.conflict, `service "${name}" is suspended: nothing is planned until spec.suspend is false`);
  if (metadata.deletionTimestamp) throw new CommandError(exits.conflict, `service "${name}" is being deleted`);
  note(`planning ${name}…`);
  const job = await finished(session, name, nonce, timeoutSeconds);
  if (job.status?.phase !== 'Succeeded') throw new CommandError(exits.failed, failure(job));
  print(formatPlan(job.status.plan));
}

/** The end of the job that answers this request: its name ends with the nonce. */
async function finished(session: Session, service: string, nonce: string, timeoutSeconds: number): Promise<Job> {
  let last: Job | undefined;
  let looked = false;
  for await (const event of session.client.jobs.follow({ namespace: session.namespace, fieldSelector: `spec.service=${service}`, signal: endOf(timeoutSeconds) })) {
    looked = true;
    const jobs = event.type === 'SYNCED' ? event.items : [event.object];
    const job = jobs.find(({ metadata }) => metadata.name.endsWith(`-plan-${nonce}`));
    if (!job) continue;
    if (job.status?.phase !== last?.status?.phase) note(`job/${job.metadata.name} ${job.status?.phase ?? 'Pending'}`);
    last = job;
    if (isTerminal(job.status?.phase)) return job;
  }
  throw new CommandError(exits.timeout, `no plan of "${service}" within ${timeoutSeconds} s: ${looked ? stateOf(last) : 'not looked at yet'}`);
}

function stateOf(job: Job | undefined): string {
  return job ? `job/${job.metadata.name} is ${job.status?.phase ?? 'Pending'}` : 'no job was made for it; is the reconciler running?';
}

function failure({ metadata, status }: Job): string {
  const error = status?.error;
  return error ? `job/${metadata.name} ${status.phase}: ${error.cause}: ${error.summary}\n  hint: ${error.hint}` : `job/${metadata.name} ended ${status?.phase}`;
}
