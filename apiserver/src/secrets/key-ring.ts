import type { Keys } from '../auth/keys.js';
import type { Op } from '../store/log/commit.js';
import type { JsonObject } from '../store/log/json.js';
import type { View } from '../store/log/view.js';
import { dataKey, oneKey, type DataKey, type DataKeys } from './data-keys.js';
import { Envelopes } from './envelope.js';

/** The record `keys/data/{id}`: a data key as the bucket has it, sealed by a key that only the root key gives. */
export interface RingKey {
  /** Base64url. */
  wrapped: string;
  /** Wall clock, ISO 8601; for people. */
  created: string;
  by: string;
  /** Nothing that a record names is sealed with it any more, as of the commit that wrote this. */
  emptied?: boolean;
}

const prefix = 'keys/data/';
/** The record that says which of them seals. */
const activeKey = 'keys/active';

export function ringKeys(view: View): (RingKey & { id: string; rv: number })[] {
  return [...view.list(prefix)].map(({ key, value, rv }) => ({ ...(value as unknown as RingKey), id: key.slice(prefix.length), rv }));
}

/** Id of the key that seals; undefined before there is a ring. */
export function activeId(view: View): string | undefined {
  return view.get(activeKey)?.value['id'] as string | undefined;
}

export function putRingKey(id: string, { wrapped, created, by, emptied }: RingKey): Op {
  return { op: 'put', key: prefix + id, value: { wrapped, created, by, ...(emptied && { emptied }) } as unknown as JsonObject };
}

export function dropRingKey(id: string): Op {
  return { op: 'delete', key: prefix + id };
}

/** Adds a key and has it seal from this commit on. */
export function addKey(root: Keys, { id, key }: DataKey, about: { created: string; by: string }): Op[] {
  return [putRingKey(id, { wrapped: wrap(root, { id, key }), ...about }), { op: 'put', key: activeKey, value: { id } }];
}

/** The key that sealed before there was a ring: every server can work it out from the root key. */
export function firstKey(root: Keys): DataKey {
  return dataKey(root.derive('envelopes'));
}

export function wrap(root: Keys, { id, key }: DataKey): string {
  return wrapper(root).seal(key, placeOf(id)).toString('base64url');
}

/** Throws EnvelopeError when it was wrapped by another root key. */
export function unwrap(root: Keys, id: string, wrapped: string): DataKey {
  return { id, key: wrapper(root).open(Buffer.from(wrapped, 'base64url'), placeOf(id)) };
}

function wrapper(root: Keys): Envelopes {
  return new Envelopes(oneKey(root.derive('key-encryption')));
}

function placeOf(id: string): string {
  return `key/${id}`;
}

/** The ring as the records have it now, unwrapped once. */
export class RecordedKeys implements DataKeys {
  readonly #open = new Map<string, { wrapped: string; key: DataKey }>();

  constructor(
    private readonly root: Keys,
    private readonly view: () => View,
  ) {}

  active(): DataKey {
    const id = activeId(this.view());
    return (id === undefined ? undefined : this.find(id)) ?? firstKey(this.root);
  }

  find(id: string): DataKey | undefined {
    const recorded = this.view().get(prefix + id)?.value as unknown as RingKey | undefined;
    if (recorded === undefined) return this.#beforeTheRing(id);
    const known = this.#open.get(id);
    if (known?.wrapped === recorded.wrapped) return known.key;
    const key = unwrap(this.root, id, recorded.wrapped);
    this.#forgetDestroyed();
    this.#open.set(id, { wrapped: recorded.wrapped, key });
    return key;
  }

  /** A key that was destroyed is not kept in memory either. */
  #forgetDestroyed(): void {
    for (const id of this.#open.keys()) if (this.view().get(prefix + id) === undefined) this.#open.delete(id);
  }

  #beforeTheRing(id: string): DataKey | undefined {
    if (activeId(this.view()) !== undefined) return undefined;
    const first = firstKey(this.root);
    return first.id === id ? first : undefined;
  }
}
