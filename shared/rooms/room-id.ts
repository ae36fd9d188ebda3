// Ids of rooms: seventeen digits, as recorded. One that follows from the id of a repeatable request is the same each time.
import { keyedHash } from '../auth/index.js';
import type { Ids } from '../time/ids.js';

/** What any id of a room looks like, wherever it was made. */
const anyForm = /^\d{1,20}$/;

export function looksLikeRoomId(text: string): boolean {
  return anyForm.test(text);
}

export function newRoomId(ids: Ids): string {
  return formatRoomId(ids.bytes(8));
}

/** @param request what makes the request the same one when it is repeated */
export function roomIdOf(key: Buffer, request: readonly string[]): string {
  return formatRoomId(keyedHash(key, ...request));
}

/** Begins like those of ACS. */
function formatRoomId(bytes: Buffer): string {
  return `99${String(bytes.readBigUInt64BE() % 1_000_000_000_000_000n).padStart(15, '0')}`;
}
