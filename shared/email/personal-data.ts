// What belongs to email resources, for the data map. Names and notes are the owner's words.
import { byPartition, dataStore, type PersonalIdentifier, type StoreAccess } from '../data-map/index.js';
import type { OwnedPart, Owner } from '../resources/index.js';
import { toSeconds } from '../time/instant.js';
import { addressesAbout, type AddressWalk, eraseAddresses, remainingAddresses } from './addresses-about.js';
import { type ItemWords, seemsToName, wordsOf } from './item-words.js';
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
    'by email address, and in names and notes of others also by number, id or name, as part of the three operations above: of the domains linked to the resource, or with the right to manage of all in the subscription; object ids in the `systemData` of each entry, until it is changed or deleted',
  keptFor:
    'until the entry, its list, its domain or its resource is deleted, the time of the suppression is over, or the person is erased; an erasure leaves the keyed hash, which goes on suppressing until its time is over, its domain is deleted or it is lifted',
  locate: async (identifier, access) => {
    let items = 0;
    let notErased = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const each of addressesAbout(identifier, access)) {
      items += 1;
      if (each.kind === 'hash') {
        notErased += 1;
        since = Math.min(since, each.keptSince ?? since);
        keptUntil = Math.max(keptUntil, each.until ?? Number.POSITIVE_INFINITY);
      } else {
        since = Math.min(since, each.item.createdAt ?? since);
        keptUntil = Number.POSITIVE_INFINITY;
      }
    }
    return {
      items,
      ...(notErased > 0 && { notErased }),
      ...(Number.isFinite(since) && { since }),
      ...(items > 0 && Number.isFinite(keptUntil) && { keptUntil }),
    };
  },
  async *exportItems(identifier, access) {
    for await (const each of addressesAbout(identifier, access)) {
      if (each.kind === 'hash') {
        const { domain, until, keptSince } = each;
        yield {
          record: {
            domain,
            ...(until !== undefined && { until: toSeconds(until) }),
            ...(keptSince !== undefined && { keptSince: toSeconds(keptSince) }),
          },
          ...(until !== undefined && keptSince === undefined && { keptUntil: until }),
        };
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
    domain: 'A domain in whose name no mail is sent to your address: known by a keyed hash alone',
    until: 'When that is over',
    keptSince: 'Since when nothing but the hash is kept',
  },
  erase: eraseAddresses,
  isOfSubscriptions: true,
  lateWrites:
    'An entry is one transaction of one request; a suppression for a time is a keyed hash, which an erasure leaves',
  remains: remainingAddresses,
  eraseResource: ({ opened, resourceId }) => opened.addresses.removeAllOf(resourceId),
  expired: { due: { [dropSuppressionKind]: (id, { opened, now }) => opened.addresses.drop(id, now) } },
});

export interface ItemWalk {
  readonly items: ItemStore;
  /** A resource with the domains that are linked to it; or all resources of a subscription. */
  partsOf(owner: Owner): Promise<readonly OwnedPart[]>;
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
    'names of domains and of suppression lists, tags of domains, when the owner put a person into them',
    'object id, in Entra ID, of who created or changed one',
  ],
  foundBy:
    'by email address, and in display names, list names and tags also by number, id or name, as part of the three operations above: of the resource and the domains linked to it, or with the right to manage of all in the subscription; object ids in the `systemData` of each, until it is changed or deleted',
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
    for await (const { item, about } of matching(identifier, access)) {
      const { email, firstName, lastName, notes, username, displayName, entraApplicationId, tenantId } =
        item.properties;
      const words = { email, firstName, lastName, notes, username, displayName, entraApplicationId, tenantId };
      const whole = { name: item.name, ...words };
      const createdOn = item.createdAt;
      yield {
        record: {
          ...(about.isWhole ? whole : about.words),
          ...(Object.keys(about.tags).length > 0 && { tags: about.tags }),
          ...(about.isWhole && createdOn !== undefined && { createdOn: toSeconds(createdOn) }),
        },
      };
    }
  },
  exportedFields: {
    name: 'The name that the owner gave to the entry',
    entraApplicationId: 'Of an SMTP user: the application that sends in your name',
    tenantId: 'The tenant of that application',
    email: 'Your address on a suppression list that an older version wrote, with names and notes',
    username: 'Your address as a sender, before the @',
    displayName: 'The name that it, or another sender, is shown with',
    listName: 'The name of a suppression list that you are named in',
    createdOn: 'When the entry was made',
    tags: 'Tags of a domain that you are named in',
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for await (const { ownerId, item, about } of matching(identifier, access)) {
      if (about.isWhole) {
        await access.opened.items.removeKey(ownerId, item.key);
      } else {
        await access.opened.items.keep(ownerId, { ...about.others, key: item.key });
      }
      erased += 1;
    }
    return { erased };
  },
  isOfSubscriptions: true,
  lateWrites: 'What an owner writes is one write of one request',
  remains: async (identifier, access) => {
    // Nothing but an id itself resembles one.
    if (identifier.kind === 'identity') {
      return undefined;
    }
    for (const part of await access.opened.partsOf(access)) {
      for await (const item of access.opened.items.within(part)) {
        if (wordsOf(item, identifier)?.isWhole !== true && seemsToName(item, identifier)) {
          return {
            what: 'The name of a domain, sender, list or SMTP user, or a word beside it, which seems to name the person',
            why: 'Others depend on that name, or it only resembles the person’s. Change it through the management API.',
          };
        }
      }
    }
    return undefined;
  },
  eraseResource: ({ opened, resourceId }) => opened.items.removeAllOf(resourceId),
  expired: 'Nothing; what belongs to a resource has no time',
});

/** Items that say something about a person. */
async function* matching(
  identifier: PersonalIdentifier,
  { opened, ...owner }: StoreAccess<ItemWalk>,
): AsyncGenerator<{ ownerId: string; item: StoredItem; about: ItemWords }> {
  for (const part of await opened.partsOf(owner)) {
    for await (const item of opened.items.within(part)) {
      const about = wordsOf(item, identifier);
      if (about !== undefined) {
        yield { ownerId: part.ownerId, item, about };
      }
    }
  }
}
