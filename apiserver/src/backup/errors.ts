/** An object of a backup is missing, torn or changed. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged';
  readonly key: string;

  constructor(key: string, why: string) {
    super(`the backup can't be trusted: object ${key} ${why}`);
    this.key = key;
  }
}

/** This backup can't be made or used as things are; nothing was changed. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}
