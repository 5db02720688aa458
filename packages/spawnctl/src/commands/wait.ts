import { condition, type Resource, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { resourceName } from '../output/format.js';
import { progressOf } from '../output/progress.js';
import { note, print } from '../output/streams.js';
import { readNamed, readRefs, refName, type Ref } from '../refs.js';
import type { Session } from '../session.js';
import { fresh, watchUntil } from './watch-until.js';

export interface WaitFlags {
  for: string;
  timeout: number;
  selector?: string;
  all?: boolean;
}

export interface Wanted {
  type: string;
  status: string;
}

/** Ends when all of them are as wanted, or when the first can no longer be. */
export async function wait(session: Session, words: string[], flags: WaitFlags): Promise<void> {
  const wanted = readFor(flags.for);
  const refs = flags.selector || flags.all ? await listed(session, words, flags.selector) : readNamed(words);
  if (refs.length === 0) throw new CommandError(exits.notFound, 'there is nothing to wait for');
  await Promise.all(refs.map((ref) => (wanted === 'delete' ? waitForDeletion(session, ref, flags.timeout) : waitForCondition(session, ref, wanted, flags.timeout))));
}

/** `condition=Ready`, `condition=Ready=False` or `delete`. */
export function readFor(word: string): Wanted | 'delete' {
  if (word === 'delete') return 'delete';
  const [what, type, status = 'True'] = word.split('=');
  if (what !== 'condition' || !type) throw new CommandError(exits.usage, `--for must be condition=TYPE, condition=TYPE=STATUS or delete (got ${word})`);
  const word2 = status.toLowerCase();
  return { type, status: word2.charAt(0).toUpperCase() + word2.slice(1) };
}

/** Ends as soon as the condition holds, or as soon as it can no longer come. */
export async function waitForCondition(session: Session, ref: Required<Ref>, wanted: Wanted, timeoutSeconds: number): Promise<void> {
  let seen = false;
  const tell = teller(ref);
  const wait = { session, ref, timeoutSeconds, what: `${refName(ref)} to be ${wanted.type}=${wanted.status}` };
  const last = await watchUntil(wait, (object) => {
    if (object === undefined) throw new CommandError(exits.notFound, seen ? `${refName(ref)} was deleted while it was waited for` : `there is no ${refName(ref)}${ref.kind.namespaced ? ` in namespace "${session.namespace}"` : ''}`);
    seen = true;
    if (fresh(object) && holds(object, wanted)) return object;
    throwIfHopeless(object, wanted);
    tell(object);
    return undefined;
  });
  print(`${resourceName(last)} condition met`);
}

/** Ends when what had this uid (whatever has the name, without one) is gone, or when its destroy has failed for good. */
export async function waitForDeletion(session: Session, ref: Required<Ref>, timeoutSeconds: number, uid?: string): Promise<void> {
  const tell = teller(ref);
  let is = uid;
  await watchUntil({ session, ref, timeoutSeconds, what: `${refName(ref)} to be gone` }, (object) => {
    is ??= object?.metadata.uid;
    if (object === undefined || object.metadata.uid !== is) return 'gone';
    if (object.metadata.deletionTimestamp) throwIfStalled(object, 'be destroyed');
    tell(object);
    return undefined;
  });
  print(`${refName(ref)} deleted`);
}

async function listed(session: Session, words: string[], labelSelector: string | undefined): Promise<Required<Ref>[]> {
  const lists = readRefs(words).map(async ({ kind, name }) => {
    if (name !== undefined) throw new CommandError(exits.usage, 'give names, or -l, or --all: one of them');
    const { items } = await session.client.of(kind).list({ namespace: kind.namespaced ? session.namespace : undefined, labelSelector });
    return items.map((item) => ({ kind, name: item.metadata.name }));
  });
  return (await Promise.all(lists)).flat();
}

/** Tells how far it is, each thing once. */
function teller(ref: Required<Ref>): (object: Resource) => void {
  let told: string | undefined;
  return (object) => {
    const progress = progressOf(object);
    if (progress !== undefined && progress !== told) note(`${refName(ref)} ${(told = progress)}`);
  };
}

function holds(object: Resource, { type, status }: Wanted): boolean {
  const found = (object as Service).status?.conditions?.find((c) => c.type.toLowerCase() === type.toLowerCase());
  return found?.status === status;
}

function throwIfHopeless(object: Resource, wanted: Wanted): void {
  if (wanted.type.toLowerCase() === 'ready' && wanted.status === 'True') throwIfStalled(object, 'become ready');
}

function throwIfStalled(object: Resource, what: string): void {
  const stalled = condition(object as Service, 'Stalled');
  if (fresh(object) && stalled?.status === 'True') throw new CommandError(exits.failed, `${resourceName(object)} can't ${what}: ${stalled.reason}: ${stalled.message}`);
}
