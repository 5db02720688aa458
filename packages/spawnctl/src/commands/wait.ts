import { condition, type Resource, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { resourceName } from '../output/format.js';
import { readRefs, type Ref, type Session } from '../session.js';

export interface Wanted {
  type: string;
  status: string;
}

/** `condition=Ready`, `condition=Ready=False` or `delete`. */
export function readFor(word: string): Wanted | 'delete' {
  if (word === 'delete') return 'delete';
  const [what, type, status = 'True'] = word.split('=');
  if (what !== 'condition' || !type) throw new CommandError(exits.usage, `--for must be condition=TYPE, condition=TYPE=STATUS or delete (got ${word})`);
  return { type, status };
}

export async function wait(session: Session, words: string[], flags: { for: string; timeout: number }): Promise<void> {
  const wanted = readFor(flags.for);
  const refs = readRefs(words) as Required<Ref>[];
  if (refs.some((ref) => !ref.name)) throw new CommandError(exits.usage, 'say which one: KIND NAME or KIND/NAME');
  await Promise.all(refs.map((ref) => (wanted === 'delete' ? waitForDeletion(session, ref, flags.timeout) : waitForCondition(session, ref, wanted, flags.timeout))));
}

/** Ends as soon as the condition holds, or as soon as it can no longer come. */
export async function waitForCondition(session: Session, ref: Required<Ref>, wanted: Wanted, timeoutSeconds: number, namespace = session.namespace): Promise<void> {
  const what = `${ref.kind.singular}/${ref.name} to be ${wanted.type}=${wanted.status}`;
  const last = await watchUntil(session, ref, namespace, timeoutSeconds, what, (object) => {
    if (object === undefined) throw new CommandError(exits.notFound, `${ref.kind.singular}/${ref.name} was deleted while it was waited for`);
    if (fresh(object) && condition(object as Service, wanted.type)?.status === wanted.status) return object;
    throwIfHopeless(object, wanted);
    return undefined;
  });
  session.print(`${resourceName(last)} condition met`);
}

async function waitForDeletion(session: Session, ref: Required<Ref>, timeoutSeconds: number): Promise<void> {
  const what = `${ref.kind.singular}/${ref.name} to be gone`;
  await watchUntil(session, ref, session.namespace, timeoutSeconds, what, (object) => (object === undefined ? ({} as Resource) : undefined));
  session.print(`${ref.kind.singular}/${ref.name} deleted`);
}

async function watchUntil(session: Session, ref: Required<Ref>, namespace: string, timeoutSeconds: number, what: string, judge: (object: Resource | undefined) => Resource | undefined): Promise<Resource> {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = AbortSignal.any([session.signal, timeout]);
  const resources = session.client.of(ref.kind);
  await session.client.transport.json({ path: '/version', signal });
  let last: Resource | undefined;
  let refused: unknown;
  const events = resources.follow({ namespace: ref.kind.namespaced ? namespace : undefined, fieldSelector: `metadata.name=${ref.name}`, signal, onBreak: (error) => (refused = error) });
  for await (const event of events) {
    last = event.type === 'SYNCED' ? event.items[0] : event.type === 'DELETED' ? undefined : event.object;
    const met = judge(last);
    if (met) return met;
  }
  if (session.signal.aborted) throw new CommandError(exits.interrupted, 'interrupted');
  throw new CommandError(exits.timeout, `waited ${timeoutSeconds} s for ${what}; ${refused instanceof Error ? refused.message : stateOf(last)}`);
}

/** A status that speaks of an earlier spec says nothing of this one. */
function fresh(object: Resource): boolean {
  const seen = (object.status as { observedGeneration?: number } | undefined)?.observedGeneration;
  return seen === undefined || seen >= (object.metadata.generation ?? 0);
}

function throwIfHopeless(object: Resource, wanted: Wanted): void {
  const stalled = condition(object as Service, 'Stalled');
  if (fresh(object) && wanted.type === 'Ready' && wanted.status === 'True' && stalled?.status === 'True') {
    throw new CommandError(exits.failed, `${resourceName(object)} can't become ready: ${stalled.message}`);
  }
}

function stateOf(object: Resource | undefined): string {
  if (!object) return 'it does not exist';
  const ready = condition(object as Service, 'Ready');
  return ready ? `it is ${ready.reason}: ${ready.message}` : 'it has no status yet';
}
