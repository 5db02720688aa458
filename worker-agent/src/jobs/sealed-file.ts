import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readIfThere } from '@spawnit/controller';
import { writeWhole } from '../disk/whole-file.js';

const nonceBytes = 12;
const tagBytes = 16;

const keyBytes = 32;
const making = new Map<string, Promise<Buffer>>();

/** A key of this node's own, in a file beside what it seals; made at its first use. 32 bytes. */
export function nodeKey(file: string): Promise<Buffer> {
  const key = making.get(file) ?? keyIn(file).finally(() => making.delete(file));
  making.set(file, key);
  return key;
}

/** One that a full disk has cut off never sealed anything, and is made anew. */
async function keyIn(file: string): Promise<Buffer> {
  const there = await readIfThere(file);
  if (there?.length === keyBytes) return there;
  await writeWhole(file, randomBytes(keyBytes));
  return readFile(file);
}

export function sealText(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** Throws when it was not sealed with this key, or was changed. */
export function openText(key: Buffer, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString();
}
