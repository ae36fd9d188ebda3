// What management keeps, for the data map. Names and tags are the owner's; who made something is known by the object id of
// Entra ID, which is no identifier of a person here.
import { byPartition, dataStore, type PersonalIdentifier, type StoreAccess } from '../data-map/index.js';
import type { Columns, Storage, Stored } from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import { isNamedAfter, partTags } from './about-person.js';
import type { ArmItems, StoredItem } from './arm-items.js';
import { isSame, seed } from './arm-id.js';
import { type Authorship, type Changeable, deletedPartition, partitionOf, recordPartitions } from './record.js';

/** Kind of the due work that removes what was begun to be created and never ended. */
export const dropCreationKind = 'drop-creation';

/** A creation that has not ended by then has died, real ms: twice the longest life of a request. */
export const creationLimitMs = 60_000;

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
  foundBy:
    'tags that hold an address or a number, as part of the three operations above; a name that seems to be a person’s is reported in the receipt, with how to make the resource anew; object ids in the `systemData` of each resource, until it is changed or deleted',
  keptFor: 'until the resource is deleted',
  locate: async (identifier, access) => {
    const found = await tagged(identifier, access);
    const items = found.reduce((sum, { about }) => sum + Object.keys(about).length, 0);
    const since = Math.min(...found.map(({ row }) => columnOf<Authorship>(row, 'authorship').createdAt ?? Infinity));
    return Number.isFinite(since) ? { items, since } : { items };
  },
  async *exportItems(identifier, access) {
    for (const { row, about } of await tagged(identifier, access)) {
      for (const [tag, value] of Object.entries(about)) yield { record: { resource: nameOf(row), tag, value } };
    }
  },
  exportedFields: {
    resource: 'Name of a resource that you are named in a tag of',
    tag: 'Name of the tag',
    value: 'What it says',
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for (const { row, about, others } of await tagged(identifier, access)) {
      const { partitionKey, rowKey, etag } = row;
      const described = JSON.stringify({ ...columnOf<Changeable>(row, 'described'), tags: others });
      await access.opened.table(resources).update({ partitionKey, rowKey, described }, etag, 'merge');
      erased += Object.keys(about).length;
    }
    return { erased };
  },
  remains: async (identifier, { opened, resourceId }) => {
    if (identifier.kind === 'identity') return undefined;
    for (const row of await rowsNear(opened, resourceId)) {
      if (isNamedAfter(nameOf(row), identifier)) {
        return {
          what: 'The name of the resource, which seems to name the person',
          why: 'Hosts and connection strings of everybody contain it. Only deleting the resource removes it: create another one under another name, move to it, then delete this one.',
        };
      }
      const { tags = {} } = columnOf<Changeable>(row, 'described');
      if (Object.values(tags).some((tag) => isNamedAfter(tag, identifier))) {
        return {
          what: 'A tag of the resource, which seems to name the person',
          why: 'Tags are the owner’s words about the resource. Change the tag through the management API.',
        };
      }
    }
    return undefined;
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
  expired: { due: { [dropCreationKind]: (id, { opened, realNow }) => dropCreation(opened, id, realNow) } },
});

/** @returns false while it may still be going on */
async function dropCreation(storage: Storage, immutableId: string, realNow: number): Promise<boolean> {
  const row = (await rowsOf(storage)).find((each) => each['immutableId'] === immutableId);
  if (row === undefined || row['state'] !== 'Creating') return true;
  if (realNow - Number(row['claimedMs']) < creationLimitMs) return false;
  await storage.table(resources).remove(row.partitionKey, row.rowKey, row.etag);
  return true;
}

/** The tags about a person, of the resource and of the email resources of the same subscription. */
async function tagged(identifier: PersonalIdentifier, { opened, resourceId }: StoreAccess<Storage>) {
  if (identifier.kind === 'identity') return [];
  const rows = await rowsNear(opened, resourceId);
  return rows
    .map((row) => ({ row, ...partTags(columnOf<Changeable>(row, 'described').tags ?? {}, identifier) }))
    .filter(({ about }) => Object.keys(about).length > 0);
}

function columnOf<Content extends object>(row: Stored<Columns>, column: string): Content {
  return JSON.parse(String(row[column] ?? '{}')) as Content;
}

function nameOf(row: Stored<Columns>): string {
  return String(row['armName'] ?? row.rowKey);
}

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
    email: 'Your address on a suppression list: no mail is sent to it',
    firstName: 'Your first name there',
    lastName: 'Your last name there',
    notes: 'What was noted about it',
    username: 'Your address as a sender, before the @',
    displayName: 'The name that it is shown with',
    createdOn: 'When the entry was made',
    tags: 'Tags of a domain that you are named in',
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for await (const { ownerId, item } of matching(identifier, access)) {
      if (isAbout(item, identifier)) await access.opened.items.removeKey(ownerId, item.key);
      else await access.opened.items.keep(ownerId, { ...item, tags: partTags(item.tags ?? {}, identifier).others });
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
  if (identifier.kind === 'identity') return;
  for (const row of await rowsNear(opened.storage, resourceId)) {
    const ownerId = String(row['immutableId']);
    for await (const item of opened.items.all(ownerId)) {
      const { about } = partTags(item.tags ?? {}, identifier);
      if (isAbout(item, identifier) || Object.keys(about).length > 0) yield { ownerId, item };
    }
  }
}

/** The resource and the email resources of the same subscription. */
async function rowsNear(storage: Storage, resourceId: string): Promise<Stored<Columns>[]> {
  const rows = await rowsOf(storage);
  const own = rows.find((row) => row['immutableId'] === resourceId);
  if (own === undefined) return [];
  const subscriptionId = String(own['subscriptionId'] ?? seed.subscriptionId);
  const mails = rows.filter(
    (row) => row.partitionKey === partitionOf('emailServices') && isSame(String(row['subscriptionId']), subscriptionId),
  );
  return [own, ...mails];
}

/** A sender's key is `s!{domain}!{name}`. */
function isAbout({ key, properties }: StoredItem, identifier: PersonalIdentifier): boolean {
  if (identifier.kind !== 'email') return false;
  const { email, username } = properties;
  const [letter, domain] = key.split('!');
  const named = letter === 's' ? `${String(username)}@${String(domain)}` : (email ?? username);
  return typeof named === 'string' && isSame(named, identifier.address);
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
