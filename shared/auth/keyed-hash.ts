// Hashes and keys over several parts, so that ("ab", "c") and ("a", "bc") never collide: every part goes in with its length.
import { createHmac, hkdfSync } from 'node:crypto';

const salt = 'acs-domicile/1';

/** Each part as UTF-8 behind its byte length (4 bytes, big-endian). */
function lengthPrefixed(parts: readonly string[]): Buffer {
  const pieces: Buffer[] = [];
  for (const part of parts) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    pieces.push(length, bytes);
  }
  return Buffer.concat(pieces);
}

/** HMAC-SHA256 over the parts in their order: 32 bytes, for identity tags, thread ids and keys of stored records. */
export function keyedHash(key: Buffer, ...parts: string[]): Buffer {
  return createHmac('sha256', key).update(lengthPrefixed(parts)).digest();
}

/**
 * HKDF-SHA256 (RFC 5869) over a master secret; `info` names what the bytes are for, most general part first.
 * All parts of `info` together may take at most 1,024 bytes, a limit of node:crypto.
 */
export function deriveBytes(masterSecret: Buffer, length: number, ...info: string[]): Buffer {
  return Buffer.from(hkdfSync('sha256', masterSecret, salt, lengthPrefixed(info), length));
}
