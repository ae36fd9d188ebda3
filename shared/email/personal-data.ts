// What belongs to email resources, for the data map. Names and notes are the owner's words.
import { byPartition, dataStore, type PersonalIdentifier, type StoreAccess } from '../data-map/index.js';
import { isSame, partTags } from '../resources/index.js';
import { toSeconds } from '../time/instant.js';
import { addressesAbout, type AddressWalk, eraseAddresses } from './addresses-about.js';
import type { StoredItem } from './model.js';
import type { ItemStore } from './store.js';
import { dropSuppressionKind } from './suppressed-addresses.js';

export const suppressedAddresses = dataStore<AddressWalk>({
  name: 'suppressedaddresses',
  area: 'email',
  rank: 'directory',
  medium: 'table',
  holds:
    'Addresses that get no mail of a domain: as written on its suppression lists, and as keyed hashes, by which one is looked up',
  belongsTo: byPartition,
  personalData: [
    'suppressed email addresses, with the names and notes beside them',
    'keyed hashes of suppressed email addresses',
    'object id, in Entra ID, of who put one on a list or changed it',
  ],
  foundBy:
    'by email address, and in names and notes of others also by number, as part of the three operations above; object ids in the `systemData` of each entry, until it is changed or deleted',
  keptFor:
    'until the entry, its list, its domain or its resource is deleted, the time of the suppression is over, or the person is erased',
  locate: async (identifier, access) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const each of addressesAbout(identifier, access)) {
      items += 1;
      if (each.kind === 'lease') {
        keptUntil = Math.max(keptUntil, each.until);
      } else {
        since = Math.min(since, each.item.createdAt ?? since);
        keptUntil = Number.POSITIVE_INFINITY;
      }
    }
    return {
      items,
      ...(Number.isFinite(since) && { since }),
      ...(items > 0 && Number.isFinite(keptUntil) && { keptUntil }),
    };
  },
  async *exportItems(identifier, access) {
    for await (const each of addressesAbout(identifier, access)) {
      if (each.kind === 'lease') {
        yield { record: { domain: each.domain, until: toSeconds(each.until) }, keptUntil: each.until };
        continue;
      }
      const { email, firstName, lastName, notes } = each.item.properties;
      const record = each.kind === 'words' ? each.words : { email, firstName, lastName, notes };
      const { createdAt } = each.item;
      yield { record: { ...record, ...(createdAt !== undefined && { createdOn: toSeconds(createdAt) }) } };
    }
  },
  exportedFields: {
    email: 'Your address on a suppression list: no mail is sent to it',
    firstName: 'Your first name there',
    lastName: 'Your last name there',
    notes: 'What was noted about it, or about you beside another address',
    createdOn: 'When the entry was made',
    domain: 'A domain in whose name no mail is sent to your address for a time',
    until: 'When that time is over',
  },
  erase: eraseAddresses,
  eraseResource: ({ opened, resourceId }) => opened.addresses.removeAllOf(resourceId),
  expired: { due: { [dropSuppressionKind]: (id, { opened, now }) => opened.addresses.drop(id, now) } },
});

export interface ItemWalk {
  readonly items: ItemStore;
  /** Immutable ids of a resource and of the email resources that may be linked to it. */
  ownersNear(resourceId: string): Promise<readonly string[]>;
}

export const resourceItems = dataStore<ItemWalk>({
  name: 'resourceitems',
  area: 'management',
  rank: 'directory',
  medium: 'table',
  holds: 'What belongs to resources: email domains, sender usernames, suppression lists, SMTP users',
  belongsTo: byPartition,
  personalData: [
    'sender usernames and display names',
    'SMTP usernames',
    'tags of domains, when the owner put a person into them',
    'object id, in Entra ID, of who created or changed one',
  ],
  foundBy:
    'by email address, and in tags also by number, as part of the three operations above; object ids in the `systemData` of each, until it is changed or deleted',
  keptFor: 'until it or its resource is deleted, or the person is erased',
  locate: async (identifier, access) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    for await (const { item } of matching(identifier, access)) {
      items += 1;
      since = Math.min(since, item.createdAt ?? since);
    }
    return Number.isFinite(since) ? { items, since } : { items };
  },
  async *exportItems(identifier, access) {
    for await (const { item } of matching(identifier, access)) {
      if (!isAbout(item, identifier)) {
        yield { record: { tags: partTags(item.tags ?? {}, identifier).about } };
        continue;
      }
      const { email, firstName, lastName, notes, username, displayName } = item.properties;
      const record = { email, firstName, lastName, notes, username, displayName };
      yield {
        record: { ...record, ...(item.createdAt !== undefined && { createdOn: toSeconds(item.createdAt) }) },
      };
    }
  },
  exportedFields: {
    email: 'Your address on a suppression list that an older version wrote, with names and notes',
    username: 'Your address as a sender, before the @',
    displayName: 'The name that it is shown with',
    createdOn: 'When the entry was made',
    tags: 'Tags of a domain that you are named in',
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for await (const { ownerId, item } of matching(identifier, access)) {
      if (isAbout(item, identifier)) {
        await access.opened.items.removeKey(ownerId, item.key);
      } else {
        await access.opened.items.keep(ownerId, { ...item, tags: partTags(item.tags ?? {}, identifier).others });
      }
      erased += 1;
    }
    return { erased };
  },
  eraseResource: ({ opened, resourceId }) => opened.items.removeAllOf(resourceId),
  expired: 'Nothing; what belongs to a resource has no time',
});

/** Items about a person, of the resource and of the email resources of the same subscription. */
async function* matching(
  identifier: PersonalIdentifier,
  { opened, resourceId }: StoreAccess<ItemWalk>,
): AsyncGenerator<{ ownerId: string; item: StoredItem }> {
  if (identifier.kind === 'identity') {
    return;
  }
  for (const ownerId of await opened.ownersNear(resourceId)) {
    for await (const item of opened.items.all(ownerId)) {
      const { about } = partTags(item.tags ?? {}, identifier);
      if (isAbout(item, identifier) || Object.keys(about).length > 0) {
        yield { ownerId, item };
      }
    }
  }
}

/** A sender's key is `s!{domain}!{name}`. What has an `email` was written by an older version, and is going to be moved. */
function isAbout({ key, properties }: StoredItem, identifier: PersonalIdentifier): boolean {
  if (identifier.kind !== 'email') {
    return false;
  }
  const { email, username } = properties;
  const [letter, domain] = key.split('!');
  const named = letter === 's' ? `${String(username)}@${String(domain)}` : (email ?? username);
  return typeof named === 'string' && isSame(named, identifier.address);
}
