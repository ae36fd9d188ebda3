// How suppressed addresses lie in their table. Partition = immutable id of the email resource:
//
//   a!<domain>!<list>!<id>          an entry, as its owner wrote it; a list is read in this order
//   h!<hash>!<domain>               whether mail of the domain goes to the address: `entries` on lists, a lease `until`, and
//                                   `keptSince` once an erasure has taken an entry and left its effect
//   h!<hash>!<domain>!<list>!<id>   an entry of the address
//   l!<first of hash>               written by every change of such an address: see suppression-changes.ts
//   moved                           whether what an older version wrote is here: see move-addresses.ts
import { keyedHash } from '../auth/index.js';
import { itemKey, suppressionListAddresses } from './item-kinds.js';

export const movedKey = 'moved';
/** All entries of an email resource. */
export const allEntries = { from: 'a!', to: 'a"' } as const;

/** Heads and pointers of all addresses. */
export const allOfAddresses = { from: 'h!', to: 'h"' } as const;

/** Entries on the lists of a domain. */
export function entriesOfDomain(domain: string) {
  const prefix = entryKey([domain]);
  return { from: `${prefix}!`, to: `${prefix}"` };
}

export function entryKey(path: readonly string[]): string {
  return itemKey(suppressionListAddresses.letter, path);
}

/** Domain, list and id; in lower case. */
export function entryPath(key: string): readonly string[] {
  return key.split('!').slice(1);
}

export function headKey(hash: string, domain: string): string {
  return `h!${hash}!${domain.toLowerCase()}`;
}

export function pointerKey(hash: string, entry: string): string {
  return `h!${hash}!${entryPath(entry).join('!')}`;
}

/** Heads and pointers of an address. */
export function rangeOfAddress(hash: string) {
  return { from: `h!${hash}!`, to: `h!${hash}"` };
}

/** Where a row of that range points; a head has a domain only. */
export function readAddressKey(rowKey: string) {
  const [, hash = '', domain = '', ...rest] = rowKey.split('!');
  const entry = rest.length === 0 ? undefined : entryKey([domain, ...rest]);
  return { hash, domain, entry };
}

/** One of sixty-four: few enough to be small, enough that changes at the same time seldom meet. */
export function lockKey(hash: string): string {
  return `l!${hash.slice(0, 1)}`;
}

/** Addresses are keys only as keyed hashes; upper and lower case are the same address. */
export function createAddressHash(key: Buffer): (address: string) => string {
  return (address) => keyedHash(key, address.toLowerCase()).subarray(0, 24).toString('base64url');
}
