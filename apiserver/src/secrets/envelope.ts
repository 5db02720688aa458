import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { idBytes, type DataKeys } from './data-keys.js';

/** The bytes could not be opened: made with another key, for another place, or changed since. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
}

const magic = Buffer.from('SPW1');
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = magic.length + idBytes + nonceBytes;

/**
 * Encrypts what the bucket must not be able to read: AES-256-GCM under one of the cluster's data keys.
 * An envelope is `SPW1`, 8 bytes of key id, a random nonce, the ciphertext and its tag. `place` (the object's
 * key, or the parameter it is a value of) is authenticated with it, so that it opens nowhere else.
 */
export class Envelopes {
  constructor(private readonly keys: DataKeys) {}

  /** Id of the key that seals now. */
  get sealingWith(): string {
    return this.keys.active().id;
  }

  seal(plain: Buffer, place: string): Buffer {
    const { id, key } = this.keys.active();
    const head = Buffer.concat([magic, Buffer.from(id, 'hex'), randomBytes(nonceBytes)]);
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(head)).setAAD(bound(head, place));
    return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws EnvelopeError. */
  open(sealed: Buffer, place: string): Buffer {
    const id = keyIdOf(sealed);
    if (id === undefined || sealed.length < headBytes + tagBytes) throw new EnvelopeError(`what stands at ${place} is no envelope of this system`);
    const found = this.keys.find(id);
    if (found === undefined) throw new EnvelopeError(`what stands at ${place} was sealed with a key that this cluster has not, or not any more (id ${id}): it is of another cluster or root key, or was brought back after the key was destroyed`);
    const head = sealed.subarray(0, headBytes);
    const decipher = createDecipheriv('aes-256-gcm', found.key, nonceOf(head), { authTagLength: tagBytes });
    decipher.setAAD(bound(head, place)).setAuthTag(sealed.subarray(-tagBytes));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(headBytes, -tagBytes)), decipher.final()]);
    } catch (error) {
      throw new EnvelopeError(`what stands at ${place} was sealed for another place, or was changed`, { cause: error });
    }
  }
}

/** Id of the key that an envelope names; undefined when it is none. */
export function keyIdOf(sealed: Buffer): string | undefined {
  if (sealed.length < headBytes || !sealed.subarray(0, magic.length).equals(magic)) return undefined;
  return sealed.subarray(magic.length, magic.length + idBytes).toString('hex');
}

function nonceOf(head: Buffer): Buffer {
  return head.subarray(-nonceBytes);
}

function bound(head: Buffer, place: string): Buffer {
  return Buffer.concat([head, Buffer.from(place)]);
}
