// What suppression lists hold about a person: the entries and leases of an address are found by its hash; what is written
// about somebody in names and notes of other entries, by reading those.
import type { EraseStep, PersonalIdentifier, StoreAccess } from '../data-map/index.js';
import { isSame, partTags, type Tags } from '../resources/index.js';
import type { ArmItem, StoredItem } from './model.js';
import type { SuppressedAddresses } from './suppressed-addresses.js';
import { addressOf } from './suppression-changes.js';

export interface AddressWalk {
  readonly addresses: SuppressedAddresses;
  /** Immutable ids of the email resources that may be linked to a resource. */
  emailsNear(resourceId: string): Promise<readonly string[]>;
}

export type AboutAddress =
  | { readonly kind: 'entry'; readonly item: StoredItem }
  /** The words of an entry of somebody else. */
  | { readonly kind: 'words'; readonly item: StoredItem; readonly words: Tags }
  /** Product ms. */
  | { readonly kind: 'lease'; readonly domain: string; readonly until: number };

export async function* addressesAbout(
  identifier: PersonalIdentifier,
  { opened, resourceId, now }: StoreAccess<AddressWalk>,
): AsyncGenerator<AboutAddress> {
  if (identifier.kind === 'identity') {
    return;
  }
  const { addresses } = opened;
  for (const ownerId of await opened.emailsNear(resourceId)) {
    if (identifier.kind === 'email') {
      const { entries, leases } = await addresses.factsOf(ownerId, identifier.address);
      for (const key of entries) {
        const item = await addresses.entry(ownerId, key);
        if (item !== undefined) {
          yield { kind: 'entry', item };
        }
      }
      for (const lease of leases.filter(({ until }) => until > now)) {
        yield { kind: 'lease', ...lease };
      }
    }
    let after: string | undefined;
    do {
      const items = await addresses.entriesAfter(ownerId, after);
      for (const item of items) {
        const { about: words } = partWords(item, identifier);
        if (Object.keys(words).length > 0) {
          yield { kind: 'words', item, words };
        }
      }
      after = items.at(-1)?.key;
    } while (after !== undefined);
  }
}

/**
 * First all that is found by the hash; then a thousand entries a step, whose words may be about the person.
 *
 * @param cursor email resource and key of the last entry that was read
 */
export async function eraseAddresses(
  identifier: PersonalIdentifier,
  { opened, resourceId }: StoreAccess<AddressWalk>,
  cursor?: string,
): Promise<EraseStep> {
  if (identifier.kind === 'identity') {
    return { erased: 0 };
  }
  const owners = (await opened.emailsNear(resourceId)).toSorted();
  if (cursor === undefined) {
    const erased = await eraseByHash(identifier, opened, owners);
    return owners[0] === undefined ? { erased } : { erased, cursor: `${owners[0]}!` };
  }
  const [ownerId = ''] = cursor.split('!', 1);
  const after = cursor.slice(ownerId.length + 1);
  const items = await opened.addresses.entriesAfter(ownerId, after === '' ? undefined : after);
  let erased = 0;
  for (const item of items) {
    if (Object.keys(partWords(item, identifier).about).length > 0) {
      await opened.addresses.reword(ownerId, item.key, (entry) => withoutWords(entry, identifier));
      erased += 1;
    }
  }
  const last = items.at(-1)?.key;
  if (last !== undefined) {
    return { erased, cursor: `${ownerId}!${last}` };
  }
  const next = owners.find((each) => each > ownerId);
  return next === undefined ? { erased } : { erased, cursor: `${next}!` };
}

async function eraseByHash(identifier: PersonalIdentifier, { addresses }: AddressWalk, owners: readonly string[]) {
  let erased = 0;
  if (identifier.kind === 'email') {
    for (const ownerId of owners) {
      erased += await addresses.removeAddress(ownerId, identifier.address);
    }
  }
  return erased;
}

/** Names and notes of an entry, parted; of the person's own entry, which is found as a whole, none. */
function partWords(item: ArmItem, identifier: PersonalIdentifier) {
  const { firstName, lastName, notes } = item.properties;
  const words = Object.entries({ firstName, lastName, notes }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const isOwn = identifier.kind === 'email' && isSame(addressOf(item), identifier.address);
  return partTags(isOwn ? {} : Object.fromEntries(words), identifier);
}

function withoutWords(item: StoredItem, identifier: PersonalIdentifier): ArmItem {
  const { about } = partWords(item, identifier);
  const properties = Object.fromEntries(Object.entries(item.properties).filter(([name]) => !(name in about)));
  return { ...item, properties };
}
