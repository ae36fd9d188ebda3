// The id of the operation that a mail becomes. A client that did not hear our answer sends the mail again, perhaps through
// another gateway: a message that names itself gets the same id then, and is sent once.
import { keyedHash } from '../shared/auth/keyed-hash.js';
import type { Ids } from '../shared/time/ids.js';

export interface SubmittedMail {
  readonly resource: string;
  readonly recipients: readonly string[];
  /** As it came in. */
  readonly raw: Buffer;
  /** As its header says; one without cannot be told from another that says the same on purpose. */
  readonly messageId: string | undefined;
}

/** @param key that all gateways of the geography have */
export function operationIdOf(key: Buffer, ids: Ids, { resource, recipients, raw, messageId }: SubmittedMail): string {
  if (messageId === undefined || messageId.trim() === '') {
    return ids.uuid();
  }
  const who = recipients.map((each) => each.toLowerCase()).toSorted();
  const hex = keyedHash(key, 'submitted', resource, String(who.length), ...who, raw.toString('latin1')).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
