import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, byAge, isTerminal, Unreachable, type Job } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { note } from '../output/streams.js';
import { readRef, type Ref } from '../refs.js';
import type { Session } from '../session.js';

export interface LogFlags {
  follow?: boolean;
  previous?: boolean;
  tail?: number;
  /** Seconds. */
  since?: number;
}

const pauseMs = 500;

/** The log of a service's newest job, of a given job, or of all that ran since; following resumes at the byte where a break came, and ends with the job. */
export async function logs(session: Session, word: string, flags: LogFlags): Promise<void> {
  const jobs = await chooseJobs(session, readRef(word, 'service'), flags);
  for (const [i, { metadata, spec, status }] of jobs.entries()) {
    note(`${metadata.name} (${spec.type}, ${status?.phase ?? 'Pending'})`);
    const offset = await printWhatThereIs(session, metadata.name, flags.tail);
    if (!flags.follow || i < jobs.length - 1) continue;
    await follow(session, metadata.name, offset);
    tellEnd(await session.client.jobs.get(metadata.name, session.namespace));
  }
}

/** The number of bytes that the log had. */
async function printWhatThereIs(session: Session, job: string, tail = Infinity): Promise<number> {
  let offset = 0;
  const kept: Buffer[] = [];
  for await (const chunk of await session.client.logs(session.namespace, job)) {
    offset += chunk.length;
    if (tail === Infinity) process.stdout.write(chunk);
    else kept.push(chunk);
  }
  if (tail !== Infinity) process.stdout.write(lastLines(Buffer.concat(kept), tail));
  return offset;
}

/** Ends only when the job has: a server that stops ends the stream too, and then it goes on at the next byte. */
async function follow(session: Session, job: string, from: number): Promise<void> {
  let offset = from;
  let broken = false;
  for (;;) {
    try {
      for await (const chunk of await session.client.logs(session.namespace, job, { offset, follow: true })) {
        process.stdout.write(chunk);
        offset += chunk.length;
        broken = false;
      }
      const { status } = await session.client.jobs.get(job, session.namespace);
      if (isTerminal(status?.phase)) return;
    } catch (error) {
      if (!(error instanceof Unreachable || ApiError.is(error, 'ServiceUnavailable'))) throw error;
      if (!broken) note('connection lost; going on when the server is back');
      broken = true;
    }
    await delay(pauseMs);
  }
}

/** Older first. Lines have no times of their own, so `since` chooses among jobs: those that were under way then, or later. */
async function chooseJobs(session: Session, { kind, name }: Required<Ref>, flags: LogFlags): Promise<Job[]> {
  if (flags.since !== undefined && flags.previous) throw new CommandError(exits.usage, 'give --since, or --previous: one of them');
  if (kind.kind === 'Job') return [await session.client.jobs.get(name, session.namespace)];
  if (kind.kind !== 'Service') throw new CommandError(exits.usage, `services and jobs have logs; ${kind.plural} have none`);
  const { metadata, status } = await session.client.services.get(name, session.namespace);
  const { items } = await session.client.jobs.list({ namespace: session.namespace, fieldSelector: `spec.service=${name}` });
  const own = items.filter((job) => job.spec.serviceUid === metadata.uid).sort(byAge);
  if (flags.since !== undefined) return jobsSince(own, flags.since, name);
  const job = flags.previous ? own.at(-2) : (own.find((each) => each.metadata.name === status?.activeJob) ?? own.at(-1));
  if (!job && own.length > 0) throw new CommandError(exits.notFound, `service "${name}" has had one job alone: leave --previous out`);
  if (!job) throw new CommandError(exits.notFound, `service "${name}" has had no job yet; \`spawnctl describe service ${name}\` says what it waits for`);
  return [job];
}

function jobsSince(jobs: Job[], seconds: number, service: string): Job[] {
  const from = Date.now() - seconds * 1000;
  const chosen = jobs.filter(({ status }) => status?.completionTime === undefined || Date.parse(status.completionTime) >= from);
  if (chosen.length === 0) note(`no job of service "${service}" was under way in that time; without --since the newest is shown`);
  return chosen;
}

function lastLines(text: Buffer, count: number): Buffer {
  if (count === 0) return Buffer.alloc(0);
  let at = text.at(-1) === 0x0a ? text.length - 1 : text.length;
  for (let n = 0; n < count && at > 0; n++) at = text.lastIndexOf(0x0a, at - 1);
  return at <= 0 ? text : text.subarray(at + 1);
}

function tellEnd({ metadata, status }: Job): void {
  const error = status?.error;
  note(`${metadata.name} ${status?.phase}${error ? `: ${error.cause}: ${error.summary}\n  hint: ${error.hint}` : ''}`);
}
