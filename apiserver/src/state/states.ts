import { ApiError, describeIdentity, errorText, serviceKind, type Service } from '@spawnit/contract';
import type { ServerContext } from '../context.js';
import { recordEvent } from '../resources/events.js';
import { find } from '../resources/records.js';
import { EnvelopeError, type Envelopes } from '../secrets/envelope.js';
import type { Op } from '../store/log/commit.js';
import type { View } from '../store/log/view.js';
import { decideLock, decideRead, decideUnlock, decideWrite, type Claimed, type Decision } from './decide.js';
import { parseState, type ParsedState } from './parse.js';
import { keepEvidence } from './evidence.js';
import { advance, type KeptState } from './history.js';
import { findState, putState, type LockInfo, type RunIdentity, type StateRecord } from './records.js';

/** A refusal on the way to tofu: 423 and 409 carry the lock, so that `-lock-timeout` waits for it. */
export class StateRefused extends Error {
  constructor(
    readonly error: ApiError,
    readonly heldBy?: LockInfo,
  ) {
    super(error.message, { cause: error });
  }
}

/**
 * tofu's states: each serial an encrypted object of its own that is never overwritten, made current by a commit
 * that is checked against the epoch and the lock in force at that very commit.
 */
export class States {
  constructor(
    private readonly context: ServerContext,
    private readonly envelopes: Envelopes,
  ) {}

  /** The bytes as tofu wrote them; undefined only if nothing was ever written (promise I6). */
  async read(run: RunIdentity): Promise<Buffer | undefined> {
    await this.context.registry.sync();
    const { view } = this.context.registry;
    const refused = decideRead(view, run);
    if (refused) throw new StateRefused(refused);
    const current = findState(view, run.namespace, run.serviceUid)?.current;
    return current && this.open(current.key);
  }

  /** The current state of a service as anyone inside the server may use it, or undefined when there is none. */
  async parsed(view: View, namespace: string, serviceUid: string): Promise<ParsedState | undefined> {
    const current = findState(view, namespace, serviceUid)?.current;
    return current && parseState(await this.open(current.key));
  }

  /** First the blob, then the commit that names it. What is refused for its epoch or history is kept aside. Throws StateRefused. */
  async write(run: RunIdentity, body: Buffer, claimed: Claimed): Promise<void> {
    const { outputs: _inside, ...about } = await this.understood(run, body, claimed);
    const kept = { size: body.length, job: run.job, by: describeIdentity(run) };
    await this.context.registry.sync();
    const unnamed = { ...about, epoch: run.epoch, key: '' };
    const first = decideWrite(this.context.registry.view, run, unnamed, claimed);
    const write = (blob: Blob) => this.commit(run, (view) => decideWrite(view, run, { ...unnamed, ...current(this.envelopes, blob) }, claimed), kept);
    const decision = first.ok && first.record ? await this.named(() => this.keyOf(run, about.serial), body, write) : first;
    if (decision.ok) return;
    const aside = decision.error.code === 'EpochPassed' || 'recovered' in claimed;
    if (aside) await this.keepAside(run, body, about.serial, decision.error.message);
    throw new StateRefused(decision.error, decision.heldBy);
  }

  /** What was left and can't be read is kept aside as it is: half a state may be all that tells what was made. */
  private async understood(run: RunIdentity, body: Buffer, claimed: Claimed): Promise<ParsedState> {
    try {
      return parseState(body);
    } catch (error) {
      if ('recovered' in claimed && run.write && body.length > 0) await this.keepAside(run, body, 0, errorText(error));
      throw error;
    }
  }

  async lock(run: RunIdentity, info: LockInfo): Promise<void> {
    await this.settle(run, (view) => decideLock(view, run, info));
  }

  async unlock(run: RunIdentity, id: string | undefined): Promise<void> {
    await this.settle(run, (view) => decideUnlock(view, run, id));
  }

  private async settle(run: RunIdentity, decide: (view: View) => Decision): Promise<void> {
    const decision = await this.commit(run, decide);
    if (!decision.ok) throw new StateRefused(decision.error, decision.heldBy);
  }

  private async commit(run: RunIdentity, decide: (view: View) => Decision, about: Partial<KeptState> = {}): Promise<Decision> {
    const { registry, config, now } = this.context;
    const time = now();
    const { result } = await registry.write(describeIdentity(run), (view) => {
      const decision = decide(view);
      const record = decision.ok ? decision.record : undefined;
      return { ops: record ? opsFor(view, run, record, { ...about, time }, config.stateRetention.serials) : [], result: decision };
    });
    return result;
  }

  /** The bytes of a state that a record names. */
  async open(key: string): Promise<Buffer> {
    const sealed = await this.context.objects.get(key);
    if (sealed === undefined) throw new ApiError('InternalError', 'a state of this service is named by a commit and not found in the store: nothing can be done safely without it', { internal: `missing ${key}` });
    try {
      return this.envelopes.open(sealed, key);
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      throw new ApiError('InternalError', 'a state of this service cannot be opened: nothing can be done safely without it', { internal: error });
    }
  }

  /** Stores a state that no run wrote, and has `commit` name it. */
  store<T>(service: { namespace: string; name: string }, serial: number, state: Buffer, commit: (blob: () => Blob) => Promise<T>): Promise<T> {
    const keyOf = () => this.keyOf({ namespace: service.namespace, service: service.name, epoch: 0 }, serial);
    return this.named(keyOf, state, (blob) => commit(() => current(this.envelopes, blob)));
  }

  /** First the object, then the commit that names it; both once more when another key has come to seal in between. */
  private async named<T>(keyOf: () => string, body: Buffer, commit: (blob: Blob) => Promise<T>): Promise<T> {
    for (;;) {
      const key = keyOf();
      const sealedWith = this.envelopes.sealingWith;
      await this.context.objects.putIfAbsent(key, this.envelopes.seal(body, key));
      try {
        return await commit({ key, sealedWith });
      } catch (error) {
        if (!(error instanceof KeyRotated)) throw error;
      }
    }
  }

  private keyOf(run: Pick<RunIdentity, 'namespace' | 'service' | 'epoch'>, serial: number): string {
    return `clients/${run.namespace}/${run.service}/terraform.tfstate/${serial}-${run.epoch}-${this.context.random(8).toString('hex')}`;
  }

  /** Nothing that a run sends is thrown away: people may need it to see what really stands. */
  private async keepAside(run: RunIdentity, body: Buffer, serial: number, why: string): Promise<void> {
    const { now, random, registry, log } = this.context;
    const time = now();
    const keyOf = () => `clients/${run.namespace}/${run.service}/evidence/${time.replace(/[^0-9A-Z]/g, '')}-${run.epoch}-${serial}-${random(4).toString('hex')}`;
    log.warn({ run: describeIdentity(run), serial, why }, 'state refused and kept aside');
    await this.named(keyOf, body, (blob) => registry.write('apiserver', (view) => {
      const service = find<Service>(view, serviceKind, run.namespace, run.service);
      const evidence = { ...current(this.envelopes, blob), serial, epoch: run.epoch, why, time };
      const message = `A state of epoch ${run.epoch}, serial ${serial}, was refused and kept aside: ${why}.`;
      const event = service ? recordEvent(view, { about: service, reason: 'StateRefused', message, type: 'Warning', component: 'apiserver', now: time }) : [];
      // Of a service that is gone nothing new is named: it is erased in time.
      return { ops: service?.metadata.uid === run.serviceUid ? [...event, ...keepEvidence(view, run, evidence)] : event, result: undefined };
    }));
  }
}

interface Blob {
  key: string;
  sealedWith: string;
}

class KeyRotated extends Error {}

/** The object, if it is sealed with the key that seals at this very commit: nothing new is named under an old one. */
function current(envelopes: Envelopes, blob: Blob): Blob {
  if (blob.sealedWith !== envelopes.sealingWith) throw new KeyRotated();
  return blob;
}

/** A lock changes the pointer's record alone; a state goes into the history too. */
function opsFor(view: View, run: RunIdentity, record: StateRecord, about: Partial<KeptState>, keep: number): Op[] {
  const { current } = record;
  const same = findState(view, run.namespace, run.serviceUid)?.current?.key === current?.key;
  if (current === undefined || same) return [putState(run.namespace, run.serviceUid, record)];
  return advance(view, run, { ...record, current }, { ...current, service: run.service, ...about }, keep);
}
