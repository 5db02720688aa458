import { condition, openOrder, type OrderAnnotation, type Resource, type Service } from '@spawnit/contract';
import { CommandError, exits } from '../exit.js';
import { find } from '../jsonpath/find.js';
import { parsePath } from '../jsonpath/path.js';
import { textOf } from '../jsonpath/template.js';
import { resourceName } from '../output/format.js';
import { progressTeller } from '../output/progress.js';
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

/** A condition's status, or what a JSONPath leads to (anything at all, without a value). */
export type Wanted = { type: string; status: string } | { path: string; value?: string };

/** Ends when all of them are as wanted, or when the first can no longer be. */
export async function wait(session: Session, words: string[], flags: WaitFlags): Promise<void> {
  const wanted = readFor(flags.for);
  const refs = flags.selector || flags.all ? await listed(session, words, flags.selector) : readNamed(words);
  if (refs.length === 0) throw new CommandError(exits.notFound, 'there is nothing to wait for');
  await Promise.all(refs.map((ref) => (wanted === 'delete' ? waitForDeletion(session, ref, flags.timeout) : waitForCondition(session, ref, wanted, flags.timeout, { mayCome: flags.for === 'create' }))));
}

/** `condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}=Ready`, `create` or `delete`. */
export function readFor(word: string): Wanted | 'delete' {
  if (word === 'delete') return 'delete';
  if (word === 'create') return { path: '.metadata.name' };
  const path = /^jsonpath=(?:'([^']*)'|(\{[^]*?\})|([^={]+))(?:=(.*))?$/s.exec(word);
  if (path) return { path: (path[1] ?? path[2] ?? path[3])!.replace(/^\{(.*)\}$/s, '$1'), value: path[4] };
  const [what, type, status = 'True'] = word.split('=');
  if (what !== 'condition' || !type) throw new CommandError(exits.usage, `--for must be condition=TYPE, condition=TYPE=STATUS, jsonpath={PATH}=VALUE, create or delete (got ${word})`);
  const word2 = status.toLowerCase();
  return { type, status: word2.charAt(0).toUpperCase() + word2.slice(1) };
}

export interface WaitOptions {
  /** Whether it may not be there yet. */
  mayCome?: boolean;
  /** An order that was given just now, and the service as it was before: what holds while the order is open, or held it up then, says nothing. */
  order?: { annotation: OrderAnnotation; before: Service };
  /** Since when it was stalled before another attempt was asked for: that stall says nothing of the attempt. */
  pastStall?: string;
}

/** Ends as soon as the condition holds, or as soon as it can no longer come. */
export async function waitForCondition(session: Session, ref: Required<Ref>, wanted: Wanted, timeoutSeconds: number, { mayCome = false, order, pastStall }: WaitOptions = {}): Promise<void> {
  let seen = false;
  const tell = progressTeller((progress) => note(`${refName(ref)} ${progress}`));
  const wait = { session, ref, timeoutSeconds, what: `${refName(ref)} to ${mayCome ? 'be there' : wordsOf(wanted)}` };
  const last = await watchUntil(wait, (object) => {
    if (object === undefined && mayCome) return undefined;
    if (object === undefined) throw new CommandError(exits.notFound, seen ? `${refName(ref)} was deleted while it was waited for` : `there is no ${refName(ref)}${ref.kind.namespaced ? ` in namespace "${session.namespace}"` : ''}`);
    seen = true;
    const open = order !== undefined && openOrder(object as Service, order.annotation) !== undefined;
    if (!open && fresh(object) && holds(object, wanted)) return object;
    if (open && stalledSince(object) !== stalledSince(order.before)) throwIfStalled(object, 'be made as ordered');
    const past = pastStall !== undefined && stalledSince(object) === pastStall;
    if (!open && !past) throwIfHopeless(object, wanted);
    tell(object);
    return undefined;
  });
  print(`${resourceName(last)} condition met`);
}

/** Ends when what had this uid (whatever has the name, without one) is gone, or when its destroy has failed for good. */
export async function waitForDeletion(session: Session, ref: Required<Ref>, timeoutSeconds: number, uid?: string): Promise<void> {
  const tell = progressTeller((progress) => note(`${refName(ref)} ${progress}`));
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

function wordsOf(wanted: Wanted): string {
  if ('type' in wanted) return `be ${wanted.type}=${wanted.status}`;
  return `have ${wanted.path}${wanted.value === undefined ? '' : `=${wanted.value}`}`;
}

function holds(object: Resource, wanted: Wanted): boolean {
  if ('path' in wanted) {
    const values = find(object, parsePath(wanted.path));
    return wanted.value === undefined ? values.length > 0 : values.some((value) => textOf([value]) === wanted.value);
  }
  const found = (object as Service).status?.conditions?.find((c) => c.type.toLowerCase() === wanted.type.toLowerCase());
  return found?.status === wanted.status;
}

function throwIfHopeless(object: Resource, wanted: Wanted): void {
  const ready = 'type' in wanted ? wanted.type.toLowerCase() === 'ready' && wanted.status === 'True' : /^\.?status\.phase$/.test(wanted.path) && wanted.value === 'Ready';
  if (ready) throwIfStalled(object, 'become ready');
}

/** What held it up before an order was given says nothing of the order. */
export function stalledSince(object: Resource): string | undefined {
  const stalled = condition(object as Service, 'Stalled');
  return stalled?.status === 'True' ? stalled.lastTransitionTime : undefined;
}

function throwIfStalled(object: Resource, what: string): void {
  const stalled = condition(object as Service, 'Stalled');
  if (fresh(object) && stalled?.status === 'True') throw new CommandError(exits.failed, `${resourceName(object)} can't ${what}: ${stalled.reason}: ${stalled.message}`);
}
