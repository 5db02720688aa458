import { sameContent, type Answer, type Content, type Operation, type Seen } from './history.js';

/** A version whose uid and resourceVersion become known when someone first sees it. */
interface Version extends Content {
  uid?: string;
  rv?: number;
}

/** One record as the API promises it to behave. */
export interface State {
  object?: Version;
  /** The highest resourceVersion seen of it. */
  highest: number;
  /** Idempotency-Key → what its first use made. */
  keys: ReadonlyMap<string, Version>;
}

export const initial: State = { highest: 0, keys: new Map() };

interface Effect {
  state: State;
  is: Answer['is'];
  /** What an answer `object` shows. */
  shows?: Version;
}

/** The state after the operation, or undefined when it can't have had this answer. Without one, what it comes to if it was done. */
export function step(state: State, operation: Operation, answer?: Answer): State | undefined {
  const effect = effectOf(state, operation);
  if (!answer) return effect.state;
  if (answer.is !== effect.is) return undefined;
  return answer.is === 'object' ? bound(effect, answer.seen) : effect.state;
}

/** Whether another client could tell them apart. */
export function sameState(a: State, b: State): boolean {
  if (a.keys.size !== b.keys.size) return false;
  return a.object && b.object ? sameContent(a.object, b.object) : a.object === b.object;
}

/** Equal for states that behave alike. */
export function nameOf({ object, highest, keys }: State): string {
  const name = (version: Version | undefined) => version && `${version.t}/${version.p}/${version.deleting}/${version.uid}/${version.rv}`;
  return `${name(object)} ${highest} ${[...keys].map(([key, version]) => `${key}=${name(version)}`).join()}`;
}

function effectOf(state: State, operation: Operation): Effect {
  const { object } = state;
  if (operation.do === 'create') return created(state, operation);
  if (!object) return { state, is: 'absent' };
  if (operation.do === 'get') return { state, is: 'object', shows: object };
  if (operation.on && !sameContent(operation.on, object)) return { state, is: 'conflict' };
  if (operation.do === 'release') return { state: { ...state, object: undefined }, is: 'gone' };
  if (operation.do === 'delete' && object.deleting) return { state, is: 'object', shows: object };
  const { uid, deleting } = object;
  if (operation.do === 'delete') return now(state, { ...contentOf(object), deleting: true, uid });
  return now(state, operation.do === 'put' ? { t: operation.t, deleting, uid } : { t: object.t, p: operation.p, deleting, uid });
}

function created(state: State, { t, key }: Operation & { do: 'create' }): Effect {
  const before = key === undefined ? undefined : state.keys.get(key);
  if (before) return before.t === t ? { state, is: 'object', shows: before } : { state, is: 'reused' };
  if (state.object) return { state, is: 'exists' };
  const object: Version = { t, deleting: false };
  return now(key === undefined ? state : { ...state, keys: new Map(state.keys).set(key, object) }, object);
}

function now(state: State, object: Version): Effect {
  return { state: { ...state, object }, is: 'object', shows: object };
}

function contentOf({ t, p, deleting }: Version): Content {
  return { t, p, deleting };
}

/** With what the answer tells of the version it shows; undefined when that contradicts what is known. */
function bound({ state, shows }: Effect, seen: Seen): State | undefined {
  if (!sameContent(shows!, seen) || (shows!.uid ?? seen.uid) !== seen.uid || (shows!.rv ?? seen.rv) !== seen.rv) return undefined;
  if (shows!.rv !== undefined) return state;
  const known: Version = { ...contentOf(shows!), uid: seen.uid, rv: seen.rv };
  const isNow = state.object === shows;
  if (isNow && seen.rv <= state.highest) return undefined;
  const keys = new Map([...state.keys].map(([key, version]) => [key, version === shows ? known : version]));
  return { object: isNow ? known : state.object, highest: Math.max(state.highest, seen.rv), keys };
}
