import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Keys } from '../auth/keys.js';

/** The bytes could not be opened: made with another root key, for another place, or changed since. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
}

const magic = Buffer.from('SPW1');
const idBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = magic.length + idBytes + nonceBytes;

/**
 * Encrypts what the bucket must not be able to read: AES-256-GCM under a key derived from the root key.
 * An envelope is `SPW1`, 8 bytes of key id, a random nonce, the ciphertext and its tag. `place` (the object's
 * key, or the parameter it is a value of) is authenticated with it, so that it opens nowhere else.
 */
export class Envelopes {
  readonly #key: Buffer;
  readonly #id: Buffer;

  /** `key` is 32 bytes, the same on every apiserver of a bucket. */
  constructor(key: Buffer) {
    this.#key = key;
    this.#id = createHash('sha256').update('spawnit/envelope-id').update(key).digest().subarray(0, idBytes);
  }

  /** Those of this cluster. */
  static of(keys: Keys): Envelopes {
    return new Envelopes(keys.derive('envelopes'));
  }

  seal(plain: Buffer, place: string): Buffer {
    const head = Buffer.concat([magic, this.#id, randomBytes(nonceBytes)]);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(head)).setAAD(bound(head, place));
    return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws EnvelopeError. */
  open(sealed: Buffer, place: string): Buffer {
    if (sealed.length < headBytes + tagBytes || !sealed.subarray(0, magic.length).equals(magic)) throw new EnvelopeError(`what stands at ${place} is no envelope of this system`);
    const head = sealed.subarray(0, headBytes);
    const id = head.subarray(magic.length, magic.length + idBytes);
    if (!id.equals(this.#id)) throw new EnvelopeError(`what stands at ${place} was sealed with another root key (id ${id.toString('hex')}): restore keys/root.key of that time`);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(head), { authTagLength: tagBytes });
    decipher.setAAD(bound(head, place)).setAuthTag(sealed.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(headBytes, -tagBytes)), decipher.final()]);
    } catch (error) {
      throw new EnvelopeError(`what stands at ${place} was sealed for another place, or was changed`, { cause: error });
    }
  }
}

function nonceOf(head: Buffer): Buffer {
  return head.subarray(-nonceBytes);
}

function bound(head: Buffer, place: string): Buffer {
  return Buffer.concat([head, Buffer.from(place)]);
}
