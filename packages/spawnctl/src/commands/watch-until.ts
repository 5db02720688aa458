import { ApiError, errorText, type Resource } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { progressOf } from '../output/progress.js';
import { note } from '../output/streams.js';
import type { Ref } from '../refs.js';
import type { Session } from '../session.js';

export interface Watch {
  session: Session;
  ref: Required<Ref>;
  timeoutSeconds: number;
  /** What is waited for, in words: the error of a time-out names it. */
  what: string;
}

/** Shows `judge` each state of one resource (undefined: it isn't there) until it gives something. A server that restarts is waited for; one that isn't there from the start is an error. */
export async function watchUntil<T>({ session, ref, timeoutSeconds, what }: Watch, judge: (object: Resource | undefined) => T | undefined): Promise<T> {
  const resources = session.client.of(ref.kind);
  const selection = { namespace: ref.kind.namespaced ? session.namespace : undefined, fieldSelector: `metadata.name=${ref.name}` };
  let last: Resource | undefined;
  let judged = false;
  const onBreak = (error: unknown) => {
    if (!judged || ApiError.is(error, 'Unauthorized', 'Forbidden')) throw error;
    note(breakText(error));
  };
  // No time at all is one look, as kubectl has it.
  const states = timeoutSeconds === 0 ? listedOnce(resources.list(selection)) : resources.follow({ ...selection, signal: endOf(timeoutSeconds), onBreak });
  for await (const event of states) {
    last = event.type === 'SYNCED' ? event.items[0] : event.type === 'DELETED' ? undefined : event.object;
    judged = true;
    const found = judge(last);
    if (found !== undefined) return found;
  }
  throw new CommandError(exits.timeout, `waited ${timeoutSeconds} s for ${what}; ${judged ? stateOf(last) : 'it was not looked at yet'}`);
}

/** More than a timer can hold (24.8 days) would end at once. */
const longestMs = 2 ** 31 - 1;

export function endOf(timeoutSeconds: number): AbortSignal {
  return AbortSignal.timeout(Math.min(timeoutSeconds * 1000, longestMs));
}

async function* listedOnce(list: Promise<{ items: Resource[] }>): AsyncGenerator<{ type: 'SYNCED'; items: Resource[] }> {
  yield { type: 'SYNCED', items: (await list).items };
}

/** Only what broke is called broken: a server that answers is there. */
export function breakText(error: unknown): string {
  if (ApiError.is(error, 'Expired')) return 'the server keeps no changes since then; going on with what is there now';
  const why = errorText(error);
  return ApiError.is(error) ? `the server can't tell changes now; trying again (${why})` : `connection lost; trying again (${why})`;
}

/** A status that speaks of an earlier spec says nothing of this one. */
export function fresh(object: Resource): boolean {
  const seen = (object.status as { observedGeneration?: number } | undefined)?.observedGeneration;
  return seen === undefined || seen >= (object.metadata.generation ?? 0);
}

function stateOf(object: Resource | undefined): string {
  return object ? `it is ${progressOf(object) ?? 'there, and says no more'}` : 'it does not exist';
}
