// Ids of communication users: `8:acs:{resource guid}_{user guid}`. The user part carries a keyed tag, which proves
// without a read that this resource issued the id. Form as recorded from the service; clients treat it as opaque.
import { timingSafeEqual } from 'node:crypto';
import { keyedHash } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const form = new RegExp(`^8:acs:(${guid})_(${guid})$`);

const secondsBytes = 4;
const randomBytes = 5;
const tagBytes = 7;

export interface UserRawId {
  readonly rawId: string;
  readonly resourceId: string;
  /** The part after `_`, a GUID in form. */
  readonly userPart: string;
}

/** undefined when the text is not the id of a communication user. */
export function parseUserRawId(rawId: string): UserRawId | undefined {
  const [, resourceId, userPart] = form.exec(rawId) ?? [];
  return resourceId !== undefined && userPart !== undefined ? { rawId, resourceId, userPart } : undefined;
}

export function formatUserRawId(resourceId: string, userPart: string): string {
  return `8:acs:${resourceId}_${userPart}`;
}

/** Stands where an erased identity stood; nobody has it, because no tag is all zeros but by a chance of 2^-56. */
export function erasedRawId(resourceId: string): string {
  return formatUserRawId(resourceId, '00000000-0000-0000-0000-000000000000');
}

/** Makes an id that nobody has: seconds of real time, 40 random bits, 56 bits of tag. */
export function mintUserRawId(tagKey: Buffer, resourceId: string, clock: Clock, ids: Ids): UserRawId {
  const seed = Buffer.alloc(secondsBytes + randomBytes);
  seed.writeUInt32BE(Math.floor(clock.realNow() / 1000));
  ids.bytes(randomBytes).copy(seed, secondsBytes);
  return tagged(tagKey, resourceId, seed);
}

/** The id of a user of Entra ID: always the same one in a resource, and nobody sees from it who it is. */
export function entraUserRawId(tagKey: Buffer, resourceId: string, objectId: string): UserRawId {
  const seed = keyedHash(tagKey, resourceId, 'entra-user', objectId).subarray(0, secondsBytes + randomBytes);
  return tagged(tagKey, resourceId, seed);
}

function tagged(tagKey: Buffer, resourceId: string, seed: Buffer): UserRawId {
  const hex = Buffer.concat([seed, tagOf(tagKey, resourceId, seed)]).toString('hex');
  const userPart = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { rawId: formatUserRawId(resourceId, userPart), resourceId, userPart };
}

/** Whether the resource with this tag key issued the id. */
export function isIssuedBy(tagKey: Buffer, resourceId: string, id: UserRawId): boolean {
  if (id.resourceId !== resourceId) {
    return false;
  }
  const bytes = Buffer.from(id.userPart.replaceAll('-', ''), 'hex');
  const seed = bytes.subarray(0, secondsBytes + randomBytes);
  return timingSafeEqual(bytes.subarray(secondsBytes + randomBytes), tagOf(tagKey, resourceId, seed));
}

function tagOf(tagKey: Buffer, resourceId: string, seed: Buffer): Buffer {
  return keyedHash(tagKey, resourceId, seed.toString('hex')).subarray(0, tagBytes);
}
