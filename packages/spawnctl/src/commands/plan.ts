import { isTerminal, type Job, type PlanSummary } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { readRef, type Session } from '../session.js';

const planAnnotation = 'spawnit.dev/plan';

/** Has the service planned now and shows what an apply would change; nothing is applied. */
export async function plan(session: Session, word: string, timeoutSeconds: number): Promise<void> {
  const { name } = readRef(word, 'service');
  const nonce = Date.now().toString(36);
  await session.client.services.patch(name, session.namespace, { metadata: { annotations: { [planAnnotation]: nonce } } });
  session.note(`planning ${name}…`);
  const job = await finished(session, `${name}-plan-${nonce}`, timeoutSeconds);
  if (job.status?.phase !== 'Succeeded') throw new CommandError(exits.failed, failure(job));
  session.print(formatPlan(job.status.plan));
}

/** Approves the plan that waits; only that very plan is applied. */
export async function approve(session: Session, word: string): Promise<void> {
  const { name } = readRef(word, 'service');
  const service = await session.client.services.get(name, session.namespace);
  const waiting = service.status?.approval;
  if (!waiting || waiting.approved) throw new CommandError(exits.conflict, `no plan of "${name}" waits for approval (it is ${service.status?.phase ?? 'Pending'})`);
  const job = await session.client.jobs.get(waiting.job, session.namespace);
  session.note(formatPlan(job.status?.plan));
  const patch = { metadata: { resourceVersion: service.metadata.resourceVersion }, status: { approval: { ...waiting, approved: true } } };
  await session.client.services.patch(name, session.namespace, patch, { subresource: 'status' });
  session.print(`plan ${waiting.planDigest.slice(0, 12)} of service/${name} approved`);
}

/** Asks the running job of a service, or a given job, to end. */
export async function cancel(session: Session, word: string): Promise<void> {
  const ref = readRef(word, 'service');
  const job = ref.kind.kind === 'Job' ? ref.name : (await session.client.services.get(ref.name, session.namespace)).status?.activeJob;
  if (!job) throw new CommandError(exits.conflict, `service "${ref.name}" has no job under way`);
  await session.client.jobs.patch(job, session.namespace, { spec: { cancel: true, cancelReason: 'asked for by spawnctl' } });
  session.print(`job/${job} asked to end; \`spawnctl logs -f job/${job}\` follows it`);
}

export function formatPlan(summary: PlanSummary | undefined): string {
  if (!summary || summary.changes.length === 0) return 'No changes: what is real is what is declared.';
  const glyphs: Record<string, string> = { create: '+ create', update: '~ update', replace: '± replace', delete: '- destroy', read: '< read', import: '→ import', forget: '. forget' };
  const lines = summary.changes.flatMap((change) => [
    `${(glyphs[change.action] ?? change.action).padEnd(10)} ${change.address}`,
    ...change.fields.map((f) => `             ${f.field}: ${f.before} → ${f.after}${f.forcesReplacement ? '  (forces replacement)' : ''}`),
  ]);
  return [...lines, `Plan: ${summary.add} to add, ${summary.change} to change, ${summary.destroy} to destroy.`].join('\n');
}

async function finished(session: Session, name: string, timeoutSeconds: number): Promise<Job> {
  const signal = AbortSignal.any([session.signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
  for await (const event of session.client.jobs.follow({ namespace: session.namespace, fieldSelector: `metadata.name=${name}`, signal })) {
    const job = event.type === 'SYNCED' ? event.items[0] : event.object;
    if (job && isTerminal(job.status?.phase)) return job;
  }
  if (session.signal.aborted) throw new CommandError(exits.interrupted, 'interrupted');
  throw new CommandError(exits.timeout, `job/${name} did not end within ${timeoutSeconds} s`);
}

function failure(job: Job): string {
  const { error, phase } = job.status ?? {};
  return error ? `job/${job.metadata.name} ${phase}: ${error.summary}\nhint: ${error.hint}` : `job/${job.metadata.name} ended ${phase}`;
}
