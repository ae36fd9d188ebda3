// What management keeps, for the data map. Names and tags are the owner's; who made something is known by the object id of
// Entra ID, which is no identifier of a person here.
import { dataStore, type PersonalIdentifier, type StoreAccess } from '../data-map/index.js';
import type { Columns, Stored, Table } from '../storage/index.js';
import { isNamedAfter, partTags } from './about-person.js';
import { type Authorship, type Changeable, creationLimitMs, deletedPartition, dropCreationKind } from './record.js';
import { lets, stateWithoutColumn } from './resource-states.js';
import { rowsNear, rowsOf } from './rows.js';

export const resources = dataStore<Table>({
  name: 'resources',
  area: 'management',
  rank: 'directory',
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
      for (const [tag, value] of Object.entries(about)) {
        yield { record: { resource: nameOf(row), tag, value } };
      }
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
      await access.opened.update({ partitionKey, rowKey, described }, etag, 'merge');
      erased += Object.keys(about).length;
    }
    return { erased };
  },
  remains: async (identifier, { opened, resourceId }) => {
    if (identifier.kind === 'identity') {
      return undefined;
    }
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
    const marker = { partitionKey: deletedPartition, rowKey: resourceId };
    if (rows.length === 0) {
      await opened.remove(marker.partitionKey, marker.rowKey);
    }
    for (const row of rows) {
      await opened.upsert({ ...marker, immutableId: resourceId, geography: String(row['geography']) }, 'replace');
      await opened.remove(row.partitionKey, row.rowKey);
    }
    return { erased: rows.length };
  },
  expired: { due: { [dropCreationKind]: (id, { opened, realNow }) => dropCreation(opened, id, realNow) } },
});

/** @returns false while it may still be going on */
async function dropCreation(table: Table, immutableId: string, realNow: number): Promise<boolean> {
  // With a given id two can be under way at once, of which one is to give way.
  const claims = (await rowsOf(table)).filter(
    (row) => row['immutableId'] === immutableId && !lets(String(row['state'] ?? stateWithoutColumn)).isSettled,
  );
  const dead = claims.filter((row) => realNow - Number(row['claimedMs']) >= creationLimitMs);
  for (const row of dead) {
    await table.remove(row.partitionKey, row.rowKey, row.etag);
  }
  return dead.length === claims.length;
}

/** The tags about a person, of the resource and of the email resources of the same subscription. */
async function tagged(identifier: PersonalIdentifier, { opened, resourceId }: StoreAccess<Table>) {
  if (identifier.kind === 'identity') {
    return [];
  }
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
