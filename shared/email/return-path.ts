// The address that a bounce of one mail comes back to (variable envelope return path): by it alone a mail is found again,
// and nobody can make one up. No personal data: operation, resource and domain follow from it by what is kept here.
import { keyedHash } from '../auth/index.js';
import { returnPathForm } from './return-path-form.js';

const prefix = 'bounce-';
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const macBytes = 10;

export class ReturnPaths {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** What stands before the `@`; letters and digits alone, because some systems change the case. */
  userFor(resourceId: string, mailId: string): string {
    const id = Buffer.from(mailId.replaceAll('-', ''), 'hex');
    return `${prefix}${encode(id)}-${encode(this.#mac(resourceId, id))}`;
  }

  /** @returns id of the mail; undefined when the address is none of this resource's */
  mailOf(resourceId: string, address: string): string | undefined {
    const [, idText, macText] = returnPathForm.exec(address.toLowerCase()) ?? [];
    if (idText === undefined || macText === undefined) {
      return undefined;
    }
    const id = decode(idText, 16);
    const isOurs = id !== undefined && encode(this.#mac(resourceId, id)) === macText;
    if (!isOurs) {
      return undefined;
    }
    const hex = id.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  #mac(resourceId: string, id: Buffer): Buffer {
    return keyedHash(this.#key, 'return-path', resourceId, id.toString('hex')).subarray(0, macBytes);
  }
}

/** Base32 (RFC 4648) without padding. */
function encode(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += alphabet[(value >>> (bits - 5)) & 31];
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet[(value << (5 - bits)) & 31];
}

function decode(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  let at = 0;
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    value = (value << 5) | alphabet.indexOf(letter);
    bits += 5;
    if (bits >= 8 && at < length) {
      bytes[at++] = (value >>> (bits - 8)) & 255;
      bits -= 8;
    }
    value &= (1 << bits) - 1;
  }
  return at === length ? bytes : undefined;
}
