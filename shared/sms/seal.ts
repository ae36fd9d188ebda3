// Closes something so that only whoever brings the id of the message opens it: AES-256-GCM under a key that follows from the
// id and from a secret of the geography. Neither the id nor the key is stored.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { keyedHash } from '../auth/index.js';
import type { Ids } from '../time/ids.js';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

export class Seals {
  readonly #key: Buffer;
  readonly #ids: Ids;

  constructor(key: Buffer, ids: Ids) {
    this.#key = key;
    this.#ids = ids;
  }

  /** @param id what opens it again */
  close(id: string, value: object | string): string {
    const iv = this.#ids.bytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#keyOf(id), iv);
    const closed = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), closed]).toString('base64url');
  }

  /** @throws {Error} when it is not closed with this id */
  open<Value>(id: string, sealed: string): Value {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv(algorithm, this.#keyOf(id), bytes.subarray(0, ivBytes));
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    const opened = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
    return JSON.parse(opened.toString()) as Value;
  }

  #keyOf(id: string): Buffer {
    return keyedHash(this.#key, 'seal', id);
  }
}
