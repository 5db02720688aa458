import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, isTerminal, Unreachable, type Job } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { note } from '../output/streams.js';
import { readRef, type Ref } from '../refs.js';
import type { Session } from '../session.js';

export interface LogFlags {
  follow?: boolean;
  previous?: boolean;
  tail?: number;
}

const pauseMs = 500;

/** A service's newest job's log, or a given job's. Following resumes at the byte where a break came, and ends with the job. */
export async function logs(session: Session, word: string, flags: LogFlags): Promise<void> {
  const { metadata, spec, status } = await chooseJob(session, readRef(word, 'service'), flags.previous ?? false);
  note(`${metadata.name} (${spec.type}, ${status?.phase ?? 'Pending'})`);
  const offset = await printWhatThereIs(session, metadata.name, flags.tail);
  if (!flags.follow) return;
  await follow(session, metadata.name, offset);
  tellEnd(await session.client.jobs.get(metadata.name, session.namespace));
}

/** The number of bytes that the log had. */
async function printWhatThereIs(session: Session, job: string, tail: number | undefined): Promise<number> {
  let offset = 0;
  const kept: Buffer[] = [];
  for await (const chunk of await session.client.logs(session.namespace, job)) {
    offset += chunk.length;
    if (tail === undefined) process.stdout.write(chunk);
    else kept.push(chunk);
  }
  if (tail !== undefined) process.stdout.write(lastLines(Buffer.concat(kept), tail));
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

async function chooseJob(session: Session, ref: Required<Ref>, previous: boolean): Promise<Job> {
  const { kind, name } = ref;
  if (kind.kind === 'Job') return session.client.jobs.get(name, session.namespace);
  if (kind.kind !== 'Service') throw new CommandError(exits.usage, `services and jobs have logs; ${kind.plural} have none`);
  const { metadata, status } = await session.client.services.get(name, session.namespace);
  const { items } = await session.client.jobs.list({ namespace: session.namespace, fieldSelector: `spec.service=${name}` });
  const own = items.filter((job) => job.spec.serviceUid === metadata.uid).sort(byAge);
  const job = previous ? own.at(-2) : (own.find((each) => each.metadata.name === status?.activeJob) ?? own.at(-1));
  if (!job) throw new CommandError(exits.notFound, `service "${name}" has had no ${previous ? 'earlier ' : ''}job yet; \`spawnctl describe service ${name}\` says what it waits for`);
  return job;
}

/** Older first; of one second, by version. */
export function byAge(a: Job, b: Job): number {
  const [one, other] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return one === other ? Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion) : one < other ? -1 : 1;
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
