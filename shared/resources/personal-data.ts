// What management keeps, for the data map. Names and tags are the owner's; who made something is known by the object id of
// Entra ID, which is no identifier of a person here.
import { byPartition, dataStore, type PersonalIdentifier, type StoreAccess } from '../data-map/index.js';
import type { Columns, Storage, Stored } from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import type { ArmItems, StoredItem } from './arm-items.js';
import { isSame, seed } from './arm-id.js';
import { deletedPartition, partitionOf, recordPartitions } from './record.js';

export const resources = dataStore<Storage>({
  name: 'resources',
  area: 'management',
  medium: 'table',
  holds:
    'The communication and email resources of the geography: name, subscription, tags, immutable id, generations of the access keys, who made and changed them',
  personalData: [
    'resource name and tags, when the owner put a person into them',
    'object id, in Entra ID, of who created or changed a resource',
  ],
  keptFor: 'until the resource is deleted',
  locate: async () => ({ items: 0 }),
  async *exportItems() {},
  erase: async () => ({ erased: 0 }),
  remains: async (identifier, { opened, resourceId }) => {
    const row = (await rowsOf(opened)).find((each) => each['immutableId'] === resourceId);
    if (row === undefined) return undefined;
    if (isNamedAfter(row.rowKey, identifier)) {
      return {
        what: 'The name of the resource, which seems to name the person',
        why: 'Hosts and connection strings of everybody contain it. Only deleting the resource removes it: create another one under another name, move to it, then delete this one.',
      };
    }
    const { tags = {} } = JSON.parse(String(row['described'] ?? '{}')) as { tags?: Record<string, string> };
    if (!Object.values(tags).some((tag) => isNamedAfter(tag.toLowerCase(), identifier))) return undefined;
    return {
      what: 'A tag of the resource, which seems to name the person',
      why: 'Tags are the owner’s words about the resource. Change the tag through the management API.',
    };
  },
  eraseResource: async ({ opened, resourceId }) => {
    const rows = (await rowsOf(opened)).filter((row) => row['immutableId'] === resourceId);
    const table = opened.table(resources);
    const marker = { partitionKey: deletedPartition, rowKey: resourceId };
    if (rows.length === 0) await table.remove(marker.partitionKey, marker.rowKey);
    for (const row of rows) {
      await table.upsert({ ...marker, immutableId: resourceId, geography: String(row['geography']) }, 'replace');
      await table.remove(row.partitionKey, row.rowKey);
    }
    return { erased: rows.length };
  },
  expired: 'Nothing; a resource has no time',
});

export interface ItemWalk {
  readonly storage: Storage;
  readonly items: ArmItems;
}

export const resourceItems = dataStore<ItemWalk>({
  name: 'resourceitems',
  area: 'management',
  medium: 'table',
  holds:
    'What belongs to resources: email domains, sender usernames, suppression lists and their addresses, SMTP users',
  belongsTo: byPartition,
  personalData: [
    'sender usernames and display names',
    'suppressed email addresses, names and notes',
    'SMTP usernames',
    'object id, in Entra ID, of who created or changed one',
  ],
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
      const { email, firstName, lastName, notes, username, displayName } = item.properties;
      const record = { email, firstName, lastName, notes, username, displayName };
      yield {
        record: { ...record, ...(item.createdAt !== undefined && { createdOn: toSeconds(item.createdAt) }) },
      };
    }
  },
  exportedFields: {
    email: 'Your address on a suppression list: no mail is sent to it',
    firstName: 'Your first name there',
    lastName: 'Your last name there',
    notes: 'What was noted about it',
    username: 'Your address as a sender, before the @',
    displayName: 'The name that it is shown with',
    createdOn: 'When the entry was made',
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for await (const { ownerId, item } of matching(identifier, access)) {
      await access.opened.items.removeKey(ownerId, item.key);
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
  if (identifier.kind !== 'email') return;
  for (const ownerId of await ownersNear(opened.storage, resourceId)) {
    for await (const item of opened.items.all(ownerId)) {
      if (isAbout(item, identifier.address)) yield { ownerId, item };
    }
  }
}

async function ownersNear(storage: Storage, resourceId: string): Promise<string[]> {
  const rows = await rowsOf(storage);
  const own = rows.find((row) => row['immutableId'] === resourceId);
  if (own === undefined) return [];
  const subscriptionId = String(own['subscriptionId'] ?? seed.subscriptionId);
  const mails = rows.filter(
    (row) => row.partitionKey === partitionOf('emailServices') && isSame(String(row['subscriptionId']), subscriptionId),
  );
  return [resourceId, ...mails.map((row) => String(row['immutableId']))];
}

/** A sender's key is `s!{domain}!{name}`. */
function isAbout({ key, properties }: StoredItem, address: string): boolean {
  const { email, username } = properties;
  const [letter, domain] = key.split('!');
  const named = letter === 's' ? `${String(username)}@${String(domain)}` : (email ?? username);
  return typeof named === 'string' && isSame(named, address);
}

async function rowsOf(storage: Storage): Promise<Stored<Columns>[]> {
  const rows: Stored<Columns>[] = [];
  for (const partition of recordPartitions) {
    let continuation: string | undefined;
    do {
      const page = await storage.table(resources).query<Columns>({
        partition,
        ...(continuation !== undefined && { continuation }),
      });
      rows.push(...page.rows);
      continuation = page.continuation;
    } while (continuation !== undefined);
  }
  return rows;
}

/** Whether the text holds the number, or the part of the address before the `@`, as a name can spell them. */
function isNamedAfter(name: string, identifier: PersonalIdentifier): boolean {
  switch (identifier.kind) {
    case 'identity':
      return false;
    case 'phoneNumber':
      return name.includes(identifier.e164.slice(1));
    case 'email': {
      const address = identifier.address.toLowerCase();
      const [local = ''] = address.split('@');
      const spelt = local.replaceAll(/[^a-z0-9]+/g, '-');
      return name.includes(address) || (spelt.length >= 3 && name.includes(spelt));
    }
  }
}
