import { createHash, hkdfSync } from 'node:crypto';

/** Keys of this cluster, each for one purpose, all derived from the root key. */
export interface Keys {
  /** Names the root key without telling anything of it. */
  readonly fingerprint: string;
  /** 32 bytes; the same for the same purpose on every server that has the root key. */
  derive(purpose: string): Buffer;
  /** The root key that was in force before, while tokens that it signed are still good. */
  readonly former?: Keys | undefined;
}

/** HKDF-SHA-256 (RFC 5869) from 32 random bytes. */
export function keysFrom(root: Buffer): Keys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', root, 'spawnit.dev', purpose, 32));
  return { derive, fingerprint: createHash('sha256').update(derive('fingerprint')).digest('hex').slice(0, 32) };
}
