import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal, Unreachable, type Job } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { readRef, type Session } from '../session.js';

/** A service's newest job's log, or a given job's. Following resumes at the byte where a break came, and ends with the job. */
export async function logs(session: Session, word: string, flags: { follow?: boolean; previous?: boolean }): Promise<void> {
  const job = await chooseJob(session, word, flags.previous ?? false);
  session.note(`${job.metadata.name} (${job.spec.type}, ${job.status?.phase ?? 'Pending'})`);
  let offset = 0;
  for (;;) {
    try {
      for await (const chunk of await session.client.logs(session.namespace, job.metadata.name, { offset, follow: flags.follow, signal: session.signal })) {
        process.stdout.write(chunk);
        offset += chunk.length;
      }
      return;
    } catch (error) {
      if (session.signal.aborted) return;
      if (!flags.follow || !isBreak(error)) throw error;
      session.note('connection lost; resuming');
      await delay(500, undefined, { signal: session.signal }).catch(() => undefined);
    }
  }
}

async function chooseJob(session: Session, word: string, previous: boolean): Promise<Job> {
  const ref = readRef(word, 'service');
  if (ref.kind.kind === 'Job') return session.client.jobs.get(ref.name, session.namespace);
  await session.client.services.get(ref.name, session.namespace);
  const { items } = await session.client.jobs.list({ namespace: session.namespace, fieldSelector: `spec.service=${ref.name}` });
  const sorted = items.sort((a, b) => (a.metadata.creationTimestamp! < b.metadata.creationTimestamp! ? -1 : 1));
  const job = sorted.at(previous ? -2 : -1);
  if (!job) throw new CommandError(exits.notFound, `service "${ref.name}" has had no ${previous ? 'earlier ' : ''}job yet; \`spawnctl describe service ${ref.name}\` says what it waits for`);
  if (previous && !isTerminal(job.status?.phase)) throw new CommandError(exits.notFound, 'the earlier job has not ended');
  return job;
}

function isBreak(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Error && /terminated|socket|aborted|other side closed|ECONN/i.test(`${error.message} ${String((error as NodeJS.ErrnoException).code)}`));
}
