import { isTerminal } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { print } from '../output/streams.js';
import { readRef } from '../refs.js';
import type { Session } from '../session.js';

/** Asks the running job of a service, or a given job, to end. Exit 5 when there is nothing to end. */
export async function cancel(session: Session, word: string): Promise<void> {
  const { kind, name } = readRef(word, 'service');
  if (kind.kind !== 'Job' && kind.kind !== 'Service') throw new CommandError(exits.usage, `services and jobs can be cancelled, and ${word} is a ${kind.singular}`);
  const job = kind.kind === 'Job' ? name : (await session.client.services.get(name, session.namespace)).status?.activeJob;
  if (!job) throw new CommandError(exits.conflict, `service "${name}" has no job under way`);
  const { status } = await session.client.jobs.get(job, session.namespace);
  if (isTerminal(status?.phase)) throw new CommandError(exits.conflict, `job "${job}" has ended already: ${status?.phase}`);
  await session.client.jobs.patch(job, session.namespace, { spec: { cancel: true, cancelReason: 'asked for by spawnctl' } });
  print(`job/${job} asked to end; \`spawnctl logs -f job/${job}\` follows it`);
}
