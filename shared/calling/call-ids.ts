// Ids of calls. The first half of a connection's id is the key of its call, so that whoever names a connection has named the
// partition; the key of a group, a room or a repeated request follows from what they are named by, so that all meet there.
import { keyedHash } from '../auth/index.js';
import type { Ids } from '../time/ids.js';

const guidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export type CallName = readonly ['group' | 'room' | 'request', ...string[]];

export function randomKey(ids: Ids): string {
  return asKey(ids.bytes(8));
}

/** The same for the same name in the same resource. */
export function namedKey(secret: Buffer, resourceId: string, name: CallName): string {
  return asKey(keyedHash(secret, 'call', resourceId, ...name).subarray(0, 8));
}

/** A guid of version 4, as far as it looks. */
function asKey(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 12)}4${hex.slice(13)}`;
}

/** @param half eight bytes: random ones, or those of a request that may come again */
export function connectionId(key: string, half: Uint8Array): string {
  const hex = Buffer.from(half).toString('hex');
  return `${key.slice(0, 8)}-${key.slice(8, 12)}-${key.slice(12)}-a${hex.slice(1, 4)}-${hex.slice(4)}`;
}

/** undefined when it is none of ours: then there is no such call. */
export function keyOfConnection(id: string): string | undefined {
  return guidForm.test(id) ? id.toLowerCase().replaceAll('-', '').slice(0, 16) : undefined;
}

/** Base64 of an address, as ACS has it. */
export function serverCallIdOf(origin: string, key: string): string {
  return Buffer.from(`${origin}/calling/servercalls/${key}`).toString('base64');
}

export function keyOfServerCall(serverCallId: string): string | undefined {
  const text = Buffer.from(serverCallId, 'base64').toString();
  return /^https?:\/\/[^/]+\/calling\/servercalls\/([0-9a-f]{16})$/.exec(text)?.[1];
}
