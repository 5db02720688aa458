import type { Service } from '@spawnit/contract';
import type { PromiseKeeper } from './promise-keeper.js';

/** A request that is repeated under one Idempotency-Key has one effect (I10). */
export class Repeated {
  readonly #uids = new Map<string, string>();

  constructor(private readonly keeper: Pick<PromiseKeeper, 'break'>) {}

  made(key: string, { metadata }: Service): void {
    const first = this.#uids.get(key) ?? metadata.uid!;
    if (first !== metadata.uid) this.keeper.break('I10', `${metadata.name} was made twice under key ${key}: ${first} and ${metadata.uid}`);
    this.#uids.set(key, first);
  }

  /** Something else under a key that may have been used. */
  madeOfAnother(key: string, { metadata }: Service): void {
    if (this.#uids.has(key)) this.keeper.break('I10', `${metadata.name} was made under key ${key}, which had been used for another request`);
  }
}
