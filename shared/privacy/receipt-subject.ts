// What whoever checks a receipt has to know, beside the public keys: its type, and how it names whom it is about.
import { hash } from 'node:crypto';

/** The `typ` of the signed receipt. */
export const receiptType = 'erasure-receipt+jwt';

/**
 * Whom a receipt is about: base64url of SHA-256 over the bytes of the salt, then the text as UTF-8.
 *
 * @param text the person id, or of identifiers the identifiers, sorted, one a line
 */
export function hashSubject(salt: Uint8Array, text: string): string {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text, 'utf8')]), 'base64url');
}

/**
 * The identifiers that a receipt covers, each as a hash with the same salt, in the order of the hashes.
 *
 * @param texts as identifiers are written
 */
export function hashIdentifiers(salt: Uint8Array, texts: readonly string[]): string[] {
  return [...new Set(texts)].map((text) => hashSubject(salt, text)).sort();
}
