import { errorText, type KeyStatus, type KeysStatus } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import { dataKey } from '../secrets/data-keys.js';
import type { Envelopes } from '../secrets/envelope.js';
import { activeId, addKey, dropRingKey, putRingKey, ringKeys } from '../secrets/key-ring.js';
import { eraseUnnamed } from '../state/collector.js';
import { seqOfRv, type Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { resealBlobs, resealRecords } from './reseal.js';
import { objectsUnder } from './strays.js';
import { oldUses, usesOf, type OldUses } from './uses.js';

/** So many records or objects are sealed anew by one commit. */
const batch = 16;

/**
 * Rotation of the data keys. A rotation is one commit: from then on the new key seals. All else is found by looking, by
 * every server, and may be done twice: what is still under an old key is sealed anew; a key that nothing named is under is
 * noted as empty; once the log begins after that note, and no object is left under it, the key is destroyed.
 */
export class Rotation {
  readonly #context: ServerContext;
  readonly #envelopes: Envelopes;
  /** Objects that were looked at and are not under an old key. */
  readonly #innocent = new Set<string>();
  #trouble: string | undefined;

  constructor(context: ServerContext, envelopes: Envelopes) {
    this.#context = context;
    this.#envelopes = envelopes;
  }

  /** Adds a key that seals from this commit on. */
  async rotate(by: string): Promise<KeysStatus> {
    const { registry, keys, random, now, log } = this.#context;
    const fresh = dataKey(random(32));
    await registry.write(by, () => ({ ops: addKey(keys, fresh, { created: now(), by }), result: undefined }));
    log.info({ key: fresh.id, by }, 'a new key seals everything from now on');
    return this.status();
  }

  status(): KeysStatus {
    const { registry, keys } = this.#context;
    const { view } = registry;
    const uses = oldUses(view, this.#envelopes);
    const ring = ringKeys(view).sort((a, b) => Number(a.id === activeId(view)) - Number(b.id === activeId(view)) || (a.created < b.created ? -1 : 1));
    const all = ring.map(({ id, created, by, emptied, rv }): KeyStatus => {
      const about = { id, created, by, ...usesOf(uses, id) };
      if (id === activeId(view)) return { ...about, state: 'Active', records: 0, states: 0 };
      return emptied ? { ...about, state: 'Emptied', emptiedAt: seqOfRv(rv) } : { ...about, state: 'Sealing' };
    });
    return { root: keys.fingerprint, keys: all, left: uses.records.size + uses.blobs.length, ...(this.#trouble !== undefined && { trouble: this.#trouble }) };
  }

  /** Does what there is to do. What fails is tried again at the next look. */
  async work(): Promise<void> {
    const { registry, log } = this.#context;
    await registry.sync();
    if (ringKeys(registry.view).length < 2) return;
    try {
      await this.#reseal();
      await this.#noteEmpty();
      await this.#destroy();
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = errorText(error);
      log.warn({ err: error }, 'what is under an old key could not be sealed anew; it is tried again');
    }
  }

  async #reseal(): Promise<void> {
    const { registry } = this.#context;
    const work = { context: this.#context, envelopes: this.#envelopes };
    const { records, blobs } = oldUses(registry.view, this.#envelopes);
    const keys = [...records.keys()];
    for (let i = 0; i < keys.length; i += batch) await resealRecords(work, keys.slice(i, i + batch));
    let failed: unknown;
    for (let i = 0; i < blobs.length; i += batch) await resealBlobs(work, stillNamed(registry.view, this.#envelopes, blobs.slice(i, i + batch))).catch((error: unknown) => (failed ??= error));
    if (failed !== undefined) throw failed;
  }

  /** A key comes to be in use again when records are restored to a moment at which it was. */
  async #noteEmpty(): Promise<void> {
    const { registry } = this.#context;
    const ops = (view: View) => emptyNotes(view, oldUses(view, this.#envelopes));
    if (ops(registry.view).length > 0) await registry.write('apiserver', (view) => ({ ops: ops(view), result: undefined }));
  }

  async #destroy(): Promise<void> {
    const { registry, log } = this.#context;
    const waiting = ringKeys(registry.view).filter(({ emptied }) => emptied);
    if (waiting.length === 0) return;
    const begin = await registry.beginsAt();
    const due = waiting.filter(({ rv }) => seqOfRv(rv) < begin);
    if (due.length === 0) return;
    await eraseUnnamed(this.#context);
    const under = await objectsUnder(this.#context, new Set(due.map(({ id }) => id)), this.#innocent);
    for (const { id, rv } of due.filter((key) => !under.has(key.id))) {
      const { result } = await registry.write('apiserver', (view) => {
        const key = ringKeys(view).find((each) => each.id === id);
        // A restore, or a server that stood still, may have named something under it after it was noted as empty.
        const { records, states } = usesOf(oldUses(view, this.#envelopes), id);
        const free = key?.rv === rv && id !== activeId(view) && records + states === 0;
        return { ops: free ? [dropRingKey(id)] : [], result: free };
      });
      if (result) log.info({ key: id }, 'an old key was destroyed: nothing that is kept is sealed with it');
    }
  }
}

/** Pure. */
function emptyNotes(view: View, uses: OldUses): Op[] {
  const active = activeId(view);
  return ringKeys(view).flatMap((key): Op[] => {
    const { records, states } = usesOf(uses, key.id);
    const empty = key.id !== active && records + states === 0;
    return empty === (key.emptied === true) ? [] : [putRingKey(key.id, { ...key, emptied: empty })];
  });
}

/** Another server may have sealed them anew in the meantime. */
function stillNamed(view: View, envelopes: Envelopes, blobs: OldUses['blobs']): OldUses['blobs'] {
  const now = new Set(oldUses(view, envelopes).blobs.map(({ key }) => key));
  return blobs.filter(({ key }) => now.has(key));
}
