import { isTerminal, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { print } from '../output/streams.js';
import { readRef } from '../refs.js';
import type { Session } from '../session.js';

const reason = 'asked for by spawnctl';

/** Asks the running job of a service, or a given job, to end; of a service that waits for its next attempt, that there is none. Exit 5 when there is nothing to end. */
export async function cancel(session: Session, word: string): Promise<void> {
  const { kind, name } = readRef(word, 'service');
  if (kind.kind !== 'Job' && kind.kind !== 'Service') throw new CommandError(exits.usage, `services and jobs can be cancelled, and ${word} is a ${kind.singular}`);
  if (kind.kind === 'Service') return cancelService(session, await session.client.services.get(name, session.namespace));
  return cancelJob(session, name);
}

/** While a service waits for its next attempt, the server sees to it that there is none. */
async function cancelService(session: Session, { metadata, status }: Service): Promise<void> {
  if (status?.activeJob) return cancelJob(session, status.activeJob);
  if (!status?.retries) throw new CommandError(exits.conflict, `service "${metadata.name}" has no job under way`);
  const { next } = await session.client.act(session.namespace, metadata.name, 'cancel', { reason });
  print(`service/${metadata.name}: ${next}`);
}

async function cancelJob(session: Session, job: string): Promise<void> {
  const { status } = await session.client.jobs.get(job, session.namespace);
  if (isTerminal(status?.phase)) throw new CommandError(exits.conflict, `job "${job}" has ended already: ${status?.phase}`);
  await session.client.jobs.patch(job, session.namespace, { spec: { cancel: true, cancelReason: reason } });
  print(`job/${job} asked to end; \`spawnctl logs -f job/${job}\` follows it`);
}
