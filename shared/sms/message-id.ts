// Ids of texts, in the form of ACS: `Outgoing_20230621102806` + a guid + `_noam`. The guid follows from what makes a request
// repeatable, so that whoever repeats it gets the same id though nobody keeps it.
import { hash } from 'node:crypto';
import { keyedHash } from '../auth/index.js';
import type { GeographySlug } from '../geography/index.js';
import { toIso } from '../time/instant.js';

const form = /^Outgoing_\d{14}([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})(?:_noam)?$/;
const northAmerica: readonly GeographySlug[] = ['unitedstates', 'canada'];

/** @param createdOn product ms */
export function outgoingId(geography: GeographySlug, createdOn: number, guid: string): string {
  return `Outgoing_${digitsOf(createdOn)}${guid}${suffixOf(geography)}`;
}

export function incomingId(geography: GeographySlug, createdOn: number, guid: string): string {
  return `Incoming_${digitsOf(createdOn)}${guid}${suffixOf(geography)}`;
}

/**
 * By what logs call a text that was sent: its id opens whom it is to, so it lies nowhere. Whoever has the id can make this of
 * it; of this nobody can make the id, as nobody guesses its guid.
 *
 * @returns SHA-256 of the id, in hexadecimal
 */
export function loggedIdOf(messageId: string): string {
  return hash('sha256', messageId);
}

/** undefined for what is no id of a text. */
export function guidIn(messageId: string): string | undefined {
  return form.exec(messageId)?.[1];
}

/** The same for the same parts. */
export function guidOf(key: Buffer, ...parts: string[]): string {
  const hex = keyedHash(key, ...parts).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digitsOf(ms: number): string {
  return toIso(ms).replaceAll(/\D/g, '').slice(0, 14);
}

function suffixOf(geography: GeographySlug): string {
  return northAmerica.includes(geography) ? '_noam' : '';
}
