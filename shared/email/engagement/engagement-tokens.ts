// What stands in the links of a mail that is tracked. A token holds everything that following it needs, encrypted under a key
// that never changes, so it leads where the sender wanted years later, and nowhere else. Who the recipient is can only be read
// from it with what is kept of the mail: when that goes, or the person is erased, it names nobody any more.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { keyedHash } from '../../auth/index.js';
import type { Ids } from '../../time/ids.js';

export interface TokenContent {
  /** Id of the mail, a UUID. */
  readonly mailId: string;
  /** Place of the recipient. */
  readonly recipient: number;
  /** Made by {@link sealAddress}. */
  readonly address: Buffer;
  /** Where a link leads; empty for the picture that tells that a mail is opened. */
  readonly target: string;
}

const cipher = 'aes-256-gcm';
const saltBytes = 16;
const tagBytes = 16;
const idBytes = 16;
/** Each key encrypts one text alone. */
const nonce = Buffer.alloc(12);
const form = /^[\w-]{1,6000}$/;

export class EngagementTokens {
  readonly #key: Buffer;
  readonly #ids: Pick<Ids, 'bytes'>;

  constructor(key: Buffer, ids: Pick<Ids, 'bytes'>) {
    this.#key = key;
    this.#ids = ids;
  }

  seal(resourceId: string, { mailId, recipient, address, target }: TokenContent): string {
    const salt = this.#ids.bytes(saltBytes);
    const head = Buffer.from([recipient, address.length >> 8, address.length & 0xff]);
    const content = Buffer.concat([Buffer.from(mailId.replaceAll('-', ''), 'hex'), head, address, Buffer.from(target)]);
    return Buffer.concat([salt, encrypt(this.#keyOf(resourceId, salt), content)]).toString('base64url');
  }

  /** @returns undefined when it is no token of this resource */
  open(resourceId: string, token: string): TokenContent | undefined {
    const bytes = Buffer.from(form.test(token) ? token : '', 'base64url');
    const salt = bytes.subarray(0, saltBytes);
    const content = decrypt(this.#keyOf(resourceId, salt), bytes.subarray(saltBytes));
    if (content === undefined || content.length < idBytes + 3) {
      return undefined;
    }
    const hex = content.toString('hex', 0, idBytes);
    const addressEnd = idBytes + 3 + content.readUInt16BE(idBytes + 1);
    return {
      mailId: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
      recipient: content.readUInt8(idBytes),
      address: content.subarray(idBytes + 3, addressEnd),
      target: content.toString('utf8', addressEnd),
    };
  }

  #keyOf(resourceId: string, salt: Buffer): Buffer {
    return keyedHash(this.#key, 'token', resourceId, salt.toString('hex'));
  }
}

/** What the key to an address is made of: two things that are kept of the mail alone, and that an erasure takes away. */
export interface AddressLock {
  /** Random, of the mail. */
  readonly mailKey: string;
  readonly recipient: number;
  /** Keyed hash of the address. */
  readonly recipientHash: string;
}

export function sealAddress(lock: AddressLock, address: string): Buffer {
  return encrypt(addressKey(lock), Buffer.from(address));
}

/** @returns undefined when it is not what the lock is of */
export function openAddress(lock: AddressLock, sealed: Buffer): string | undefined {
  return decrypt(addressKey(lock), sealed)?.toString();
}

function addressKey({ mailKey, recipient, recipientHash }: AddressLock): Buffer {
  return keyedHash(Buffer.from(mailKey, 'base64url'), 'address', String(recipient), recipientHash);
}

function encrypt(key: Buffer, content: Buffer): Buffer {
  const encrypting = createCipheriv(cipher, key, nonce);
  return Buffer.concat([encrypting.update(content), encrypting.final(), encrypting.getAuthTag()]);
}

function decrypt(key: Buffer, bytes: Buffer): Buffer | undefined {
  if (bytes.length < tagBytes) {
    return undefined;
  }
  const decrypting = createDecipheriv(cipher, key, nonce);
  decrypting.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decrypting.update(bytes.subarray(0, -tagBytes)), decrypting.final()]);
  } catch {
    return undefined;
  }
}
