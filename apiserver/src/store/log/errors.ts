/** An object of the registry is torn, foreign, missing, tampered with or of an unknown version. */
export class RegistryDamaged extends Error {
  override readonly name = 'RegistryDamaged';
  readonly key: string;

  constructor(key: string, why: string) {
    super(`the registry can't be trusted: object ${key} ${why}. Nothing was changed; restore the object or the bucket, then start again`);
    this.key = key;
  }
}

/** Another version has written this: a server that can't read it must not write behind it. */
export class RegistryNewer extends Error {
  override readonly name = 'RegistryNewer';

  constructor(
    readonly key: string,
    format: unknown,
    known: { oldest: number; newest: number },
  ) {
    super(`object ${key} has format ${JSON.stringify(format)}, and this server knows ${known.oldest} to ${known.newest}: start the version that wrote it, or a newer one. This server writes nothing more`);
  }
}

/** This server was away for so long that the log went on without it; a restart catches up. */
export class RegistryLeftBehind extends Error {
  override readonly name = 'RegistryLeftBehind';

  constructor(seq: number) {
    super(`commit ${seq}, the last that this server knows, has been trimmed from the log: it was stopped for too long. Restart it`);
  }
}

/** The store answers, but the history that this server knows is not in it any more. */
export class RegistryGone extends Error {
  override readonly name = 'RegistryGone';

  constructor(store: string, seq: number, how: string) {
    super(`${store} held the registry up to commit ${seq} and ${how}: it was removed, emptied or exchanged while the server ran. Nothing more is written to it. Bring its objects back, or restore a backup, then start again`);
  }
}

/** More writes wait for the store than may. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';

  constructor(waiting: number) {
    super(`${waiting} requests wait for the object store already`);
  }
}

/** A transaction that no commit could hold. */
export class TransactionTooLarge extends Error {
  override readonly name = 'TransactionTooLarge';

  constructor(what: string) {
    super(`the transaction has ${what}: split it`);
  }
}

/** The position is older than what is kept (410 Gone): list again and watch from there. */
export class WatchExpired extends Error {
  override readonly name = 'WatchExpired';

  constructor(after: number, oldest: number) {
    super(`changes since resourceVersion ${after} are no longer kept (the oldest position is ${oldest}): list again`);
  }
}

/** A point of the log that is no longer kept, or never was. */
export class PointNotKept extends Error {
  override readonly name = 'PointNotKept';
}

/** The registry was closed, or has stopped after an error that it can't go on from. */
export class RegistryClosed extends Error {
  override readonly name = 'RegistryClosed';
}
