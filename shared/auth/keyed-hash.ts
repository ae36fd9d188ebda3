// Hashes and keys over several parts, so that ("ab", "c") and ("a", "bc") never collide: every part goes in with its length.
import { createHmac, hkdfSync } from 'node:crypto';

const salt = 'acs-domicile/1';

/** Each part as UTF-8 behind its byte length (4 bytes, big-endian). */
function lengthPrefixed(parts: readonly string[]): Buffer {
  const pieces: Buffer[] = [];
  for (const part of parts) {
    const bytes = Buffer.from(part, 'utf8');
    pieces.push(written(bytes.length), bytes);
  }
  return Buffer.concat(pieces);
}

function written(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** HMAC-SHA256 over the parts in their order: 32 bytes, for identity tags, thread ids and keys of stored records. */
export function keyedHash(key: Buffer, ...parts: string[]): Buffer {
  return createHmac('sha256', key).update(lengthPrefixed(parts)).digest();
}

/**
 * The same where the last part is long: it comes in pieces, none of which begins or ends within a character, and is put
 * together nowhere.
 */
export function keyedHashOfLong(key: Buffer, parts: readonly string[], pieces: readonly string[]): Buffer {
  const length = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece, 'utf8'), 0);
  const hmac = createHmac('sha256', key).update(lengthPrefixed(parts)).update(written(length));
  for (const piece of pieces) {
    hmac.update(piece, 'utf8');
  }
  return hmac.digest();
}

/**
 * HKDF-SHA256 (RFC 5869) over a master secret; `info` names what the bytes are for, most general part first.
 * All parts of `info` together may take at most 1,024 bytes, a limit of node:crypto.
 */
export function deriveBytes(masterSecret: Buffer, length: number, ...info: string[]): Buffer {
  return Buffer.from(hkdfSync('sha256', masterSecret, salt, lengthPrefixed(info), length));
}
